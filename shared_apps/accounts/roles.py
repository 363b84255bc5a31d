"""What each role may do: the one table of capabilities.

Source: domain §3, "Roles".
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The parts people play in a station, and the one part played over the whole network."""

    CLERK = "clerk", _("经办人")
    REVIEWER = "reviewer", _("审核人")
    HEAD = "head", _("站长（工会主席）")
    FINANCE = "finance", _("财务")
    SUPERVISOR = "supervisor", _("经审")
    ADMINISTRATOR = "administrator", _("站点管理员")
    NETWORK_ADMINISTRATOR = "network_administrator", _("网络管理员")
    WORKER = "worker", _("职工本人")


_LOOK = frozenset(
    {
        "file.view",
        "review.view",
        "notice.view",
        "rollup.view",
        "policy.view",
        "pairing.view",
        "goods.view",
        "benefit.view",
        "report.view",
        "aid.view",
        "payout.view",
    }
)

CAPABILITIES: dict[str, frozenset[str]] = {
    Role.CLERK: _LOOK
    | {
        "file.edit",
        "file.submit",
        "file.visit",
        "file.reveal",
        "file.recheck",
        "import.run",
        "pairing.contact",
        "application.view",
        "application.work",
        "aid.edit",
        "payout.prepare",
        "payout.receipt",
        "document.print",
        "report.fill",
        "goods.keep",
        "benefit.keep",
    },
    Role.REVIEWER: _LOOK
    | {
        "file.review",
        "file.report",
        "file.visit",
        "file.reveal",
        "file.recheck",
        "file.transfer",
        "file.export",
        "health.view",
        "health.edit",
        "review.decide",
        "notice.publish",
        "pairing.contact",
        "pairing.manage",
        "application.view",
        "application.work",
        "aid.review",
        "aid.campaign",
        "document.print",
        "duplicate.view",
        "duplicate.decide",
        "access.request",
        "access.answer",
        "privacy.view",
        "report.fill",
        "report.review",
        "break.view",
        "break.work",
        "reconcile.run",
        "rollup.export",
        "goods.keep",
        "goods.check",
        "goods.manage",
        "benefit.check",
        "partner.manage",
    },
    Role.HEAD: _LOOK
    | {
        "file.report",
        "file.transfer",
        "file.export",
        "review.decide",
        "review.approve",
        "policy.manage",
        "pairing.manage",
        "application.view",
        "aid.approve",
        "aid.campaign",
        "payout.approve",
        "document.print",
        "duplicate.view",
        "duplicate.decide",
        "access.request",
        "access.answer",
        "privacy.view",
        "privacy.manage",
        "report.fill",
        "report.submit",
        "report.review",
        "rollup.export",
        "break.view",
        "break.work",
        "reconcile.run",
        "onboarding.view",
        "onboarding.decide",
        "message.view",
        "fund.view",
        "fund.check",
        "fund.manage",
        "fund.reopen",
        "fund.export",
        "transfer.approve",
        "goods.check",
        "goods.manage",
        "benefit.check",
        "partner.manage",
    },
    Role.FINANCE: _LOOK
    | {
        "break.view",
        "break.work",
        "fund.view",
        "fund.post",
        "fund.check",
        "fund.manage",
        "fund.export",
        "transfer.plan",
        "payout.check",
        "payout.send",
        "transfer.check",
        "donation.keep",
        "benefit.charge",
        "benefit.settle",
    },
    # Reads everything, changes nothing, and puts a name to what is to be paid.
    Role.SUPERVISOR: _LOOK
    | {
        "transfer.check",
        "payout.audit",
        "audit.view",
        "break.view",
        "rollup.export",
        "privacy.view",
        "fund.view",
        "fund.export",
    },
    Role.ADMINISTRATOR: frozenset(
        {
            "rollup.view",
            "rollup.export",
            "break.view",
            "break.work",
            "reconcile.run",
            "message.view",
            "message.operate",
            "onboarding.view",
            "onboarding.invite",
            "people.view",
            "people.manage",
            "settings.view",
            "settings.manage",
            "audit.view",
        }
    ),
    Role.NETWORK_ADMINISTRATOR: frozenset(
        {
            "network.view",
            "network.manage",
            "policy.view",
            "policy.manage",
            "clock.advance",
            "message.view",
            "message.operate",
            "break.view",
            "break.work",
            "reconcile.run",
            "rollup.view",
            "rollup.export",
            "onboarding.view",
            "onboarding.decide",
            "onboarding.invite",
            "people.view",
            "people.manage",
            "audit.view",
        }
    ),
    Role.WORKER: frozenset(),
}

# Roles that a station may give.
STATION_ROLES = frozenset(Role) - {Role.NETWORK_ADMINISTRATOR, Role.WORKER}

# Roles whose holders must use a second factor.
SECOND_FACTOR_ROLES = frozenset(
    {Role.HEAD, Role.FINANCE, Role.ADMINISTRATOR, Role.NETWORK_ADMINISTRATOR}
)


def capabilities_of(roles: Iterable[str]) -> frozenset[str]:
    """Return everything that somebody holding all of ``roles`` may do."""
    return frozenset().union(*(CAPABILITIES[role] for role in roles))
