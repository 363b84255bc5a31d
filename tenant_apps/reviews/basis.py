"""On which rules each step of a review rests: what the decision keeps, and tells the home station."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared_apps.policies.rules import TIER_RULES

RULES_BEHIND_REVIEWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward": ("approval.route", "clock.level_review"),
        "accept": ("approval.route", "clock.centre_review"),
        "request_check": ("clock.means_check_send",),
        "recall_check": ("clock.centre_review",),
        "conclude_check": ("clock.means_check_answer", "clock.publish_notice"),
        "confirm_means": ("clock.means_check_answer", "clock.publish_notice"),
        "publish_notice": ("notice.working_days",),
        "raise_objection": ("notice.working_days", "clock.objection"),
        "answer_objection": ("notice.working_days", "clock.objection"),
        "renew_notice": ("notice.working_days", "clock.objection"),
        "end_notice": ("notice.working_days", "clock.approval"),
        "approve": (*TIER_RULES, "approval.meeting", "approval.route"),
        "return": ("papers.required", "completeness.groups", "clock.returned"),
        "deliberated": ("approval.meeting",),
        "second_look": ("clock.second_look", "clock.centre_review"),
        "refuse": (*TIER_RULES, "clock.second_look"),
    }
)

RULES_BEHIND_LIFE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "continue": (*TIER_RULES, "recheck.months"),
        "agree_exit": (*TIER_RULES, "exit.months", "exit.without_notice", "notice.working_days"),
        "agree_exit_now": (*TIER_RULES, "exit.months", "exit.without_notice"),
        "return": ("clock.recheck",),
        "withdraw": ("clock.recheck",),
        "raise_objection": ("notice.working_days", "clock.objection"),
        "answer_objection": ("notice.working_days", "clock.objection"),
        "end_notice": ("notice.working_days", "clock.exit_confirm"),
        "confirm_exit": (*TIER_RULES, "exit.months", "retention.years"),
        "stop_exit": (*TIER_RULES, "exit.months"),
    }
)
