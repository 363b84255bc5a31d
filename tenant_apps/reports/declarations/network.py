"""Form 1, 帮扶网络基本情况表: stations, the units they serve, and their people.

Source: domain §4.4 form 1, §4.1 NET-01 to NET-06.
"""

from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.roles import Role
from tenant_apps.reports.declarations.declaring import Column, Draw, Form, Keys, Row, Rule
from tenants.models import Level

_LEVELS = tuple((str(level.value), level.label) for level in Level)


def _line(indicator: str, *dims: tuple[str, Keys]) -> dict[str, Draw | None]:
    return {"number": Draw(indicator, "closing", dims)}


FORM = Form(
    code="network",
    number=1,
    title=_("帮扶网络基本情况表"),
    english="The assistance network",
    columns=(Column(code="number", title=_("期末数")),),
    rows=(
        Row(code="stations", title=_("帮扶站点（个）"), draws=_line("NET-01")),
        *(
            Row(
                code=f"stations_{key}",
                title=title,
                draws=_line("NET-01", ("level", key)),
                indent=1,
            )
            for key, title in _LEVELS
        ),
        Row(code="units_due", title=_("应设站点的行政单位（个）"), draws=_line("NET-02.D")),
        Row(code="units_covered", title=_("已设站点的行政单位（个）"), draws=_line("NET-02.N")),
        Row(code="staff", title=_("工作人员（人）"), draws=_line("NET-04")),
        Row(
            code="staff_full",
            title=_("其中：专职"),
            draws=_line("NET-04", ("working_time", "full")),
            indent=1,
        ),
        Row(
            code="staff_part",
            title=_("其中：兼职"),
            draws=_line("NET-04", ("working_time", "part")),
            indent=1,
        ),
        *(
            Row(
                code=f"staff_{role.value}",
                title=role.label,
                draws=_line("NET-04", ("role", role.value)),
                indent=1,
            )
            for role in (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.FINANCE)
        ),
        Row(code="floor_area", title=_("场地面积（平方米）"), draws={"number": None}),
    ),
    rules=(
        Rule(
            code="levels",
            title=_("各层级站点之和 = 站点总数"),
            plus=tuple(f"stations_{key}.number" for key, _title in _LEVELS),
            equals="stations.number",
        ),
        Rule(
            code="working_time",
            title=_("专职 + 兼职 = 工作人员"),
            plus=("staff_full.number", "staff_part.number"),
            equals="staff.number",
        ),
        Rule(
            code="covered",
            title=_("已设站点的行政单位不大于应设数"),
            plus=("units_covered.number",),
            equals="units_due.number",
            at_most=True,
            may_be_explained=True,
        ),
    ),
    notes=(_("一人兼任多个岗位的，在各岗位分别计数，合计按人计数。"),),
)
