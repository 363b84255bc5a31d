"""Which colour a state is shown in: one meaning, one colour, on every page."""

from typing import Literal

Tone = Literal["ok", "wait", "bad", "info", "mute"]

OK = (
    "approved active done completed paid settled accepted matched passed published confirmed received "
    "delivered locked on_file out secured resolved healed folded healthy enrolled signed "
    "fed_back"
)
WAIT = (
    "submitted applied offered pending waiting open new started unknown reviewing in_review review "
    "first_review parent_review centre_review means_check visiting notice exit_notice publicity "
    "notifying objection approval correcting rechecking provisioning transferring checking checked "
    "confirming undoing merging warning due due_soon partial running queued processing scheduled "
    "suspended paused reserved prepared answered proposed eligibility asked_above meeting party_group "
    "batched"
)
BAD = (
    "returned rejected refused failed overdue error blocked broken lost objected cancelled_by_bank "
    "bounced revoked mismatched disputed dead parked conflict"
)
MUTE = (
    "draft withdrawn cancelled closed archived ended exited expired inactive retired void merged "
    "discarded undone left_out"
)

TONES: dict[str, Tone] = {
    **dict.fromkeys(OK.split(), "ok"),
    **dict.fromkeys(WAIT.split(), "wait"),
    **dict.fromkeys(BAD.split(), "bad"),
    **dict.fromkeys(MUTE.split(), "mute"),
}


def tone_of(state: str) -> Tone:
    """Return the colour of a state; one that is not listed is plain information."""
    return TONES.get(state, "info")
