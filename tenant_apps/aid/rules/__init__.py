"""Who may be aided, and with how much: pure functions over what is known of a case."""

from tenant_apps.aid.rules.assessing import Assessment, Bound, assess
from tenant_apps.aid.rules.cases import Case, Past
from tenant_apps.aid.rules.wording import bound_sentence, reason_sentence, refusal_of

__all__ = [
    "Assessment",
    "Bound",
    "Case",
    "Past",
    "assess",
    "bound_sentence",
    "reason_sentence",
    "refusal_of",
]
