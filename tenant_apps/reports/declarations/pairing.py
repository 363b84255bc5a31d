"""Form 10, 结对走访情况表: who is paired with a helper, and what was visited.

Source: domain §4.4 form 10, §4.1 PAI-01 to PAI-04.
"""

from django.utils.translation import gettext_lazy as _

from tenant_apps.reports.declarations.declaring import Column, Draw, Form, Row, Rule

FORM = Form(
    code="pairing",
    number=10,
    title=_("结对走访情况表"),
    english="Pairing and visits",
    columns=(Column(code="number", title=_("本期数")),),
    rows=(
        Row(
            code="on_file",
            title=_("期末在档户数"),
            draws={"number": Draw("FIL-01", "closing")},
        ),
        Row(
            code="paired",
            title=_("结对户数"),
            draws={"number": Draw("PAI-01", "closing")},
        ),
        Row(
            code="visits",
            title=_("走访次数"),
            draws={"number": Draw("PAI-03", "period")},
        ),
    ),
    rules=(
        Rule(
            code="paired_on_file",
            title=_("结对户数不大于在档户数"),
            plus=("paired.number",),
            equals="on_file.number",
            at_most=True,
            may_be_explained=True,
        ),
    ),
)
