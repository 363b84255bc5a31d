"""How the acts on a report are called in its timeline."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

_ACTIONS: dict[str, Text] = {
    "redraw": _("重新取数"),
    "enter": _("填报"),
    "explain": _("说明"),
    "chased": _("上级催报"),
    "chase": _("催报"),
    "recompute": _("下级更正，重新汇总"),
    "enter_paper": _("录入纸质报表"),
    "remove_paper": _("删除纸质报表"),
}


def action_label(action: str) -> Text:
    """Return how an act is called that is no step of a flow."""
    return _ACTIONS.get(action, action)
