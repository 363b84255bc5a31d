"""Prove a paper: the register, the audit chain, and a copy that somebody holds."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.kernel.crypto import sm3
from shared_apps.printing.models import Paper
from tenant_apps.documents.selectors import get_paper, is_in_audit_chain

LARGEST_COPY = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known of a number: the paper, if it was issued, and whether everything still fits."""

    paper: Paper | None
    is_proved: bool = False
    """The audit chain says the same as the register."""
    is_same_copy: bool | None = None
    """Whether an uploaded copy is the file that was issued; None when none was uploaded."""


def verify_paper(number: str, *, copy: bytes | None = None) -> Finding:
    """Say of a number whether the station in force issued such a paper, unaltered. Four queries at most.

    An unknown number and one of another station look the same.
    """
    paper = get_paper(number)
    if paper is None:
        return Finding(paper=None)
    same = None if copy is None else sm3(copy) == bytes(paper.digest)
    return Finding(paper=paper, is_proved=is_in_audit_chain(paper), is_same_copy=same)
