"""Which records casework serves: each app says who may see its own, and where they are shown.

An app declares its records in its ``AppConfig.ready``. What nobody declared is seen by nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, Text

Subject = tuple[str, UUID]


class KindTaken(Exception):
    """Two apps declared records of one kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """Records of one kind.

    ``door`` takes the key of a record and the actor and raises ``NotFound`` or ``NotPermitted``
    where the actor may not see it.
    """

    kind: str
    label: Text
    door: Callable[[UUID, Actor], object]


_kinds: dict[str, SubjectKind] = {}


def declare_subject(declared: SubjectKind) -> None:
    """Let casework serve records of a kind.

    Raises:
        KindTaken: another app declared it.
    """
    if _kinds.get(declared.kind, declared) != declared:
        raise KindTaken(declared.kind)
    _kinds[declared.kind] = declared


def pass_door(subject: Subject, *, actor: Actor) -> None:
    """Return only if the actor may see the record.

    Raises:
        NotFound: it does not exist, is out of sight, or nobody declared its kind.
        NotPermitted: the actor lacks the capability to see such records.
    """
    declared = _kinds.get(subject[0])
    if declared is None:
        raise NotFound
    declared.door(subject[1], actor)


def subject_label(kind: str) -> Text:
    """Return what records of a kind are called; nothing for a kind nobody declared."""
    declared = _kinds.get(kind)
    return declared.label if declared else ""
