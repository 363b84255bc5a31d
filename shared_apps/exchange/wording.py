"""What a job said of its run, as people read it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# As ``jobs.Rounds`` writes it: what is kept with a run is the same for every reader.
_ROUNDS = re.compile(r"served (?P<served>\d+), busy (?P<busy>\d+), failed (?P<failed>\d+)")


def run_words(detail: str) -> str:
    """Say what a run over the stations did; anything else a job said stays as it is."""
    said = _ROUNDS.fullmatch(detail)
    if said is None:
        return detail
    return _("已办 %(served)s 站，忙 %(busy)s 站，失败 %(failed)s 站") % said.groupdict()
