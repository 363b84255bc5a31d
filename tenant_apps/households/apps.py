"""Configuration of the ``households`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HouseholdsConfig(AppConfig):
    """The files of households in hardship."""

    name = "tenant_apps.households"

    def ready(self) -> None:
        """Let casework serve files: their timeline, to-dos, deadlines and papers; tell duplicates apart."""
        from shared_apps.policies.movers import declare_mover
        from shared_apps.register.holders import declare_holder
        from shared_apps.register.selectors import case_door
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.households.duplicates import HOLDER, SUBJECT
        from tenant_apps.households.happenings import FileStep, listen
        from tenant_apps.households.selectors import file_door
        from tenant_apps.households.services.retiering import FileMover, settle_with_step
        from tenant_apps.households.services.rounds import SUBJECT as ROUND
        from tenant_apps.households.services.transfers import SUBJECT as TRANSFER
        from tenant_apps.households.work import round_door, transfer_door

        declare_subject(SubjectKind(kind="file", label=_("困难职工档案"), door=file_door))
        declare_subject(SubjectKind(kind=SUBJECT, label=_("疑似重复建档"), door=case_door))
        declare_subject(SubjectKind(kind=ROUND, label=_("复核轮次"), door=round_door))
        declare_subject(SubjectKind(kind=TRANSFER, label=_("档案转移"), door=transfer_door))
        declare_holder(HOLDER)
        declare_mover(FileMover())
        for step in (FileStep.RECHECKED, FileStep.EXITED, FileStep.MOVED_OUT):
            listen(step, settle_with_step)
