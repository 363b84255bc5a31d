"""Components of the interface: ``{% load ui %}``. Examples of each stand in ``ui/README.md``."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.ui.charts import table_of
from bangfu.ui.menu import Entry, network_url
from bangfu.ui.selects import draw_options, draw_select, is_plain_select
from bangfu.ui.tones import tone_of

register = template.Library()

PAGE_SIZES = (20, 50, 100)

# --- small pieces -------------------------------------------------------------------------------


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, the text beside it carries the meaning."""
    return format_html(
        '<svg class="ic" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("vendor/icons/sprite.svg"),
        name,
    )


@register.simple_tag
def menu_entries(entries: Iterable[Entry]) -> SafeString:
    """Draw the entries of a group of the menu, without a template each: every page has half a hundred."""
    return SafeString("".join(map(_menu_entry, entries)))


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
    return _render(
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


# --- forms --------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, span: int | str = 1, help: Text = "") -> SafeString:  # noqa: A002
    """Show a form field with its label, red star, help and the error beside it.

    ``span`` is how many columns of the grid it takes, or ``"full"``.
    """
    if bound.is_hidden:
        return SafeString(bound)
    return SafeString(
        render_to_string(
            "ui/components/field.html",
            {
                "bound": bound,
                "control": _control(bound),
                "kind": _kind(bound.field.widget),
                "span": span,
                "help": help or bound.help_text,
            },
        )
    )


@register.simple_tag
def fields(form: forms.BaseForm, *names: str) -> SafeString:
    """Show a form's errors and fields in a grid that becomes one column on a phone.

    Without names: all fields, in the form's order.
    """
    chosen = [form[name] for name in names] if names else list(form)
    body = format_html_join(
        "", "{}", ((field(bound, span="full" if _is_wide(bound) else 1),) for bound in chosen)
    )
    return format_html('{}<div class="fields">{}</div>', form_errors(form), body)


@register.simple_tag
def form_errors(form: forms.BaseForm) -> SafeString:
    """Say above a form how many fields are wrong, and what is wrong with the whole."""
    if not form.errors:
        return SafeString()
    return SafeString(render_to_string("ui/components/form_errors.html", {"form": form}))


@register.simple_tag(takes_context=True)
def searchform(
    context: Context, form: forms.BaseForm, target: str = "", shown: int = 3
) -> SafeString:
    """Show the search form of a list; fields past ``shown`` unfold; Enter submits.

    With a ``target`` selector htmx replaces only that part of the page.
    """
    visible = [bound for bound in form if not bound.is_hidden]
    return _render(
        context,
        "ui/components/search.html",
        form=form,
        first=visible[:shown],
        rest=visible[shown:],
        unfolded=any(bound.data for bound in visible[shown:]),
        target=target,
    )


@register.simple_tag
def upload(bound: BoundField) -> SafeString:
    """Show a file field with its button, on a phone the camera where it takes pictures, and what was chosen."""
    return SafeString(
        render_to_string(
            "ui/components/upload.html",
            {
                "bound": bound,
                "accept": bound.field.widget.attrs.get("accept", ""),
                "multiple": getattr(bound.field.widget, "allow_multiple_selected", False),
            },
        )
    )


@register.simple_tag
def phrases(field_id: str, *words: Text) -> SafeString:
    """Offer common phrases as buttons that write into the field of that id."""
    return format_html(
        '<div class="phrases">{}</div>',
        format_html_join(
            "",
            '<button type="button" class="phrase" data-phrase="{}">{}</button>',
            ((field_id, word) for word in words),
        ),
    )


# --- lists --------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], param: str = "page") -> SafeString:
    """Show how many rows there are, the pages, and the choice of page size; filters stay."""
    window = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return _render(
        context,
        "ui/components/pager.html",
        page=page,
        param=param,
        links=[
            {
                "number": number,
                "url": _query(context, **{param: number}) if isinstance(number, int) else "",
            }
            for number in window
        ],
        previous=_query(context, **{param: page.previous_page_number()})
        if page.has_previous()
        else "",
        next=_query(context, **{param: page.next_page_number()}) if page.has_next() else "",
        sizes=_sizes(context, page.paginator.per_page, param),
    )


@register.simple_tag(takes_context=True)
def cursor_pager(
    context: Context,
    next: str | None = None,  # noqa: A002
    previous: str | None = None,
    count: int | None = None,
) -> SafeString:
    """Show previous and next of a list paged by cursor; ``count`` where it is known."""
    return _render(
        context,
        "ui/components/cursor_pager.html",
        next=_query(context, cursor=next) if next else "",
        previous=_query(context, cursor=previous) if previous else "",
        count=count,
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


def _render(context: Context, name: str, **values: Any) -> SafeString:
    request = context.get("request")
    return SafeString(render_to_string(name, values, request=request))


def _selected_count() -> SafeString:
    return format_html(_("已选 {} 条"), format_html("<b data-selected>{}</b>", 0))


def _query(context: Context, **changes: object) -> str:
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def _sizes(context: Context, current: int, param: str) -> list[dict[str, Any]]:
    return [
        {
            "size": size,
            "url": _query(context, per_page=size, **{param: 1}),
            "current": size == current,
        }
        for size in PAGE_SIZES
    ]


def _control(bound: BoundField) -> SafeString:
    kind = _kind(bound.field.widget)
    if kind == "choices":
        return bound.as_widget()
    own = {"select": "form-select", "check": "form-check-input"}.get(kind, "form-control")
    given = bound.field.widget.attrs.get("class", "")
    wrong = "is-invalid" if bound.errors else ""
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, (own, given, wrong)))}
    if is_plain_select(bound.field.widget):
        return draw_select(bound, attrs)
    return bound.as_widget(attrs=attrs)


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "input"


def _is_wide(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, (forms.Textarea, forms.CheckboxSelectMultiple))


def _watermark_text(context: Context) -> str:
    actor = context.get("actor")
    when = date_format(clock.now(), "Y-m-d H:i")
    return f"{actor.name} {when}" if actor else when
