"""What of a household may not stand in its notice."""

from tenant_apps.reviews.services.noticing import never_public
from tests.tenant_apps.households.households import complete


def test_members_are_kept_out_of_a_notice_like_the_head():
    draft = complete()
    kept_out = never_public(draft)
    assert draft.members
    assert {draft.name, draft.id_no, draft.card_no} <= set(kept_out)
    for member in draft.members:
        assert {member.name, member.id_no} <= set(kept_out)
