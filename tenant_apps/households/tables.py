"""The list of files."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import Secret, mask_id_no
from bangfu.ui import tables
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import HouseholdFile


class FileTable(tables.Table):
    """One row per file, newest first."""

    # A file has some hundred and fifty columns, half of them sealed; a row shows these.
    READS = (
        "file_no",
        "name",
        "id_no",
        "tier",
        "main_cause",
        "persons",
        "state",
        "changed_at",
    )

    select = tables.SelectColumn()
    file_no = tables.Column(verbose_name=_("档案编号"), orderable=False, empty_values=())
    name = tables.Column(verbose_name=_("户主"), orderable=False, empty_values=())
    id_no = tables.Column(verbose_name=_("证件号码"), orderable=False)
    tier = tables.Column(verbose_name=_("困难类别"), orderable=False)
    main_cause = tables.Column(verbose_name=_("主要致困原因"), orderable=False)
    persons = tables.NumberColumn(verbose_name=_("人口"), orderable=False)
    state = tables.StatusColumn(verbose_name=_("状态"), orderable=False)
    changed_at = tables.TimeColumn(verbose_name=_("最近修改"), orderable=False)
    actions = tables.ActsColumn()

    class Meta(tables.Table.Meta):
        empty_text = _("没有符合条件的档案")

    def __init__(self, *args: Any, may_edit: bool, **options: Any) -> None:
        self.may_edit = may_edit
        super().__init__(*args, **options)

    def render_name(self, value: str, record: HouseholdFile) -> SafeString:
        return format_html('<a href="{}/">{}</a>', record.pk, value or "—")

    def render_file_no(self, value: str | None, record: HouseholdFile) -> SafeString:
        return format_html('<a href="{}/">{}</a>', record.pk, value or _("未编号"))

    def render_actions(self, record: HouseholdFile) -> SafeString:
        acts = format_html('<a href="{}/">{}</a>', record.pk, _("查看"))
        if record.is_editable and self.may_edit:
            acts += format_html(' <a href="{}">{}</a>', f"{record.pk}/change/", _("编辑"))
        return acts

    def render_id_no(self, value: Secret) -> SafeString:
        return format_html('<span class="mono">{}</span>', mask_id_no(value.reveal()))

    def render_tier(self, value: str) -> str:
        return CODE_LISTS["tier"].label(value)

    def render_main_cause(self, value: str) -> str:
        return CODE_LISTS["cause"].label(value)
