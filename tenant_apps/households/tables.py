"""The list of files."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import Secret, mask_id_no
from bangfu.ui import tables
from shared_apps.catalogues.codes import CODE_LISTS


class FileTable(tables.Table):
    """One row per file, newest first."""

    select = tables.SelectColumn()
    file_no = tables.Column(verbose_name=_("档案编号"), orderable=False, empty_values=())
    name = tables.Column(verbose_name=_("户主"), orderable=False)
    id_no = tables.Column(verbose_name=_("证件号码"), orderable=False)
    tier = tables.Column(verbose_name=_("困难类别"), orderable=False)
    main_cause = tables.Column(verbose_name=_("主要致困原因"), orderable=False)
    persons = tables.NumberColumn(verbose_name=_("人口"), orderable=False)
    state = tables.StatusColumn(verbose_name=_("状态"), orderable=False)
    changed_at = tables.TimeColumn(verbose_name=_("最近修改"), orderable=False)
    actions = tables.ActionsColumn(template_name="households/row_acts.html")

    class Meta(tables.Table.Meta):
        empty_text = _("没有符合条件的档案")

    def render_file_no(self, value: str | None, record: object) -> SafeString:
        return format_html('<a href="{}/">{}</a>', getattr(record, "pk", ""), value or _("未编号"))

    def render_id_no(self, value: Secret) -> SafeString:
        return format_html('<span class="mono">{}</span>', mask_id_no(value.reveal()))

    def render_tier(self, value: str) -> str:
        return CODE_LISTS["tier"].label(value)

    def render_main_cause(self, value: str) -> str:
        return CODE_LISTS["cause"].label(value)
