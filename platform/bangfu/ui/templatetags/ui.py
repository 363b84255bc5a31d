"""Components of the interface: ``{% load ui %}``. Examples of each stand in ``ui/README.md``."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import shown_name
from bangfu.kernel.errors import Text
from bangfu.ui.charts import table_of
from bangfu.ui.drawing import draw, icon
from bangfu.ui.fields import (
    field,
    fields,
    form_errors,
    once,
    phrases,
    searchfold,
    searchform,
    upload,
)
from bangfu.ui.menu import Entry, network_url, shortcuts
from bangfu.ui.paging import cursor_pager, pager
from bangfu.ui.selects import draw_options
from bangfu.ui.tones import tone_of

register = template.Library()

# Icons, fields and pagers are drawn elsewhere.
register.simple_tag(icon)
for component in (field, fields, form_errors, once, upload, phrases):
    register.simple_tag(component)
for drawn in (searchform, pager, cursor_pager):
    register.simple_tag(takes_context=True)(drawn)
register.inclusion_tag("ui/components/search_fold.html")(searchfold)

# --- small pieces -------------------------------------------------------------------------------


@register.simple_tag
def menu_entries(entries: Iterable[Entry]) -> SafeString:
    """Draw the entries of a group of the menu, without a template each: every page has half a hundred."""
    return SafeString("".join(map(_menu_entry, entries)))


register.filter(shortcuts)


def _menu_entry(entry: Entry) -> str:
    label = conditional_escape(str(entry.label))
    current = ' aria-current="page"' if entry.current else ""
    count = f'<span class="num">{entry.count}</span>' if entry.count else ""
    return (
        f'<a href="{conditional_escape(entry.url)}" title="{label}"{current}>{icon(entry.icon)}'
        f'<span class="side-label">{label}</span>{count}</a>\n'
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, Text]], chosen: str = "") -> SafeString:
    """Draw the options of a drop-down that belongs to no form."""
    return draw_options(choices, {chosen})


@register.simple_tag
def tag(text: Text, tone: str = "info") -> SafeString:
    """Show a short status in words and colour: ok, wait, bad, info or mute."""
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


@register.simple_tag
def status(state: str, label: Text) -> SafeString:
    """Show a state by its label, in the colour that state has everywhere."""
    return tag(label, tone_of(state))


@register.simple_tag
def empty_state(
    text: Text = "", hint: Text = "", url: str = "", action: Text = "", icon_name: str = "inbox"
) -> SafeString:
    """Say that a list is empty, why, and what to do next."""
    button = format_html('<a class="btn btn-primary" href="{}">{}</a>', url, action) if url else ""
    return format_html(
        '<div class="empty">{}<p class="empty-text">{}</p><p class="empty-hint">{}</p>{}</div>',
        icon(icon_name),
        text or _("暂无数据"),
        hint,
        button,
    )


@register.simple_tag
def kpi(
    label: Text, value: object, unit: Text = "", url: str = "", note: Text = "", tone: str = ""
) -> SafeString:
    """Show one figure with its name; with an address the whole card leads there.

    The colour of ``tone`` is for a figure that asks for attention: nothing has none.
    """
    body = format_html(
        '<span class="kpi-label">{}</span><b class="kpi-value">{}<small>{}</small></b>{}',
        label,
        value,
        unit,
        format_html('<span class="kpi-note">{}</span>', note) if note else "",
    )
    classes = f"kpi kpi-{tone}" if tone and value not in {0, "0"} else "kpi"
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', classes, url, body)
    return format_html('<div class="{}">{}</div>', classes, body)


@register.simple_tag(takes_context=True)
def watermark(context: Context, text: str = "") -> SafeString:
    """Lay the reader's name and the time over a page that shows personal data, on paper too."""
    return format_html(
        '<svg class="watermark" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="watermark" width="300" height="170" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(-22)"><text x="0" y="40">{}</text></pattern></defs>'
        '<rect width="100%" height="100%" fill="url(#watermark)"></rect></svg>',
        text or _watermark_text(context),
    )


@register.simple_tag
def masked(value: str, url: str = "", label: Text = "") -> SafeString:
    """Show a masked value; with an address a button asks for a reason and fetches the clear text.

    The address is posted to with ``reason`` and answers with the HTML that replaces this element.
    """
    if not url:
        return format_html('<span class="masked">{}</span>', value)
    return format_html(
        '<span class="masked"><span class="masked-value">{}</span>'
        '<button type="button" class="btn-icon" data-reveal="{}" aria-label="{}" title="{}">{}</button></span>',
        value,
        url,
        label or _("查看明文"),
        label or _("查看明文"),
        icon("eye"),
    )


@register.filter
def level_name(level: int) -> str:
    """Name a level of the network: 1 city, 2 county, 3 township, 4 enterprise."""
    names = {1: _("市级"), 2: _("县级"), 3: _("乡镇级"), 4: _("企业级")}
    return names.get(level, "")


@register.simple_tag(name="network_url")
def network_url_tag(url_name: str, *args: object) -> str:
    """Write the address of a page outside the stations; ``{% url %}`` writes one of this station."""
    return network_url(url_name, *args)


@register.filter
def who(name: str) -> str:
    """Name who acted as records keep it: a person as they are called, the system in the reader's language."""
    return shown_name(name)


@register.filter
def yuan(amount_fen: int) -> str:
    """Write integer fen as yuan with separators and two decimals."""
    sign = "-" if amount_fen < 0 else ""
    whole, part = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{part:02d}"


@register.filter
def grouped(count: int) -> str:
    """Write a count with separators."""
    return f"{count:,}"


# --- blocks -------------------------------------------------------------------------------------


@register.simple_block_tag
def panel(content: str, title: Text = "", id: str = "", tools: str = "") -> SafeString:  # noqa: A002
    """Put content into a white card with a heading."""
    heading = format_html("<h2>{}{}</h2>", title, tools) if title else ""
    attribute = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="panel"{}>{}{}</section>', attribute, heading, content)


@register.simple_block_tag
def toolbar(content: str, select: bool = False, total: int = 0) -> SafeString:
    """Put the buttons of a list into a row; with ``select`` it counts the ticked rows.

    ``total`` is how many rows the search found: it offers to take them all, past this page.
    """
    counted = format_html('<span class="sel" aria-live="polite">{}</span>', _selected_count())
    every = format_html(
        '<label class="sel" data-every-of="{}" hidden><input type="checkbox" data-every> {}</label>',
        total,
        _("选择全部 %(total)s 条结果") % {"total": grouped(total)},
    )
    return format_html(
        '<div class="bar">{}{}{}</div>',
        content,
        counted if select else "",
        every if select and total else "",
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: Text) -> SafeString:  # noqa: A002
    """Hold content in a dialog that a button with ``data-dialog="<id>"`` opens."""
    return format_html(
        '<dialog id="{}" class="dialog" aria-labelledby="{}-title"><header><h2 id="{}-title">{}</h2>'
        '<button type="button" class="btn-icon" data-close aria-label="{}">{}</button></header>{}</dialog>',
        id,
        id,
        id,
        title,
        _("关闭"),
        icon("x"),
        content,
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    id: str,  # noqa: A002
    url: str,
    title: Text,
    button: Text = "",
    tone: str = "primary",
    reason: Text = "",
    required: bool = True,
    selected: bool = False,
) -> SafeString:
    """Ask before an act: a dialog whose form posts to ``url``, with a reason where one is named.

    With ``selected`` the ticked rows go along as ``ids``, or ``every=1`` for all rows of the search.
    """
    return draw(
        context,
        "ui/components/confirm.html",
        id=id,
        url=url,
        title=title,
        content=content,
        button=button or _("确定"),
        tone=tone,
        reason=reason,
        required=required,
        selected=_selected_count() if selected else "",
    )


# --- where a matter stands ----------------------------------------------------------------------


@register.inclusion_tag("ui/components/steps.html")
def steps(items: Iterable[Any]) -> dict[str, Any]:
    """Show the stages of a matter in a row: each has ``label``, ``state`` (done, current, todo, bad), ``note``."""
    return {"items": items}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Show who did what and when: each has ``at``, ``who``, ``what``, ``comment``, ``tone``."""
    return {"events": events}


@register.inclusion_tag("ui/components/progress.html")
def progress(
    percent: int | None, label: Text = "", url: str = "", detail: Text = ""
) -> dict[str, Any]:
    """Show how far a job is; with an address it asks again every two seconds until that answers without one."""
    return {"percent": percent, "label": label, "url": url, "detail": detail}


@register.inclusion_tag("ui/components/chart.html")
def chart(
    id: str,  # noqa: A002
    options: Mapping[str, Any],
    height: str = "m",
    label: Text = "",
) -> dict[str, Any]:
    """Draw ECharts options, with the same figures in a table below; height s, m, l or xl."""
    return {
        "id": id,
        "data_id": f"{id}-data",
        "options": options,
        "height": height,
        "label": label,
        "table": table_of(options),
    }


def _selected_count() -> SafeString:
    return format_html(_("已选 {} 条"), format_html("<b data-selected>{}</b>", 0))


def _watermark_text(context: Context) -> str:
    actor = context.get("actor")
    when = date_format(clock.now(), "Y-m-d H:i")
    return f"{actor.name} {when}" if actor else when
