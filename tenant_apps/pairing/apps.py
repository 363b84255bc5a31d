"""Configuration of the ``pairing`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PairingConfig(AppConfig):
    """Helpers and households, the contacts and visits that fall due, and those that were made."""

    name = "tenant_apps.pairing"

    def ready(self) -> None:
        """Let casework serve what belongs to visits, and act with the steps of a file."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.households.happenings import FileStep, listen
        from tenant_apps.households.holdings import declare_holding
        from tenant_apps.pairing import selectors
        from tenant_apps.pairing.holdings import HEALTH, HOLDING
        from tenant_apps.pairing.services import listening

        for kind, label, door in (
            ("pairing", _("结对帮扶"), selectors.pairing_door),
            ("duty", _("应访"), selectors.duty_door),
            ("contact", _("走访记录"), selectors.contact_door),
            ("visit_round", _("走访联系"), selectors.round_door),
        ):
            declare_subject(SubjectKind(kind=kind, label=label, door=door))
        declare_holding(HOLDING)
        declare_holding(HEALTH)
        listen(FileStep.APPROVED, listening.on_approved)
        listen(FileStep.EVENT_REPORTED, listening.on_event)
        listen(FileStep.EXITED, listening.on_left)
        listen(FileStep.MOVED_OUT, listening.on_moved_out)
        listen(FileStep.MOVED_IN, listening.on_moved_in)
