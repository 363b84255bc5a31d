"""Components show text as text and numbers as people write them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.test.html import parse_html
from django.utils.html import conditional_escape

from bangfu.ui import tables, tones
from bangfu.ui.charts import table_of
from bangfu.ui.selects import draw_select
from tenants.models import Station

ROOT = Path(__file__).resolve().parents[2]
# ``fields`` says above its fields what is wrong with them; so does ``form_errors`` of the same form.
SAID_TWICE = re.compile(r"{% form_errors (\w+) %}(?:(?!</form>).)*{% fields \1[ %]", re.DOTALL)
ATTACK = "<script>alert(1)</script>"


def draw(source: str, **values: object) -> str:
    request = RequestFactory().get("/files/", {"name": "王", "page": "2"})
    return Template("{% load ui %}" + source).render(Context({"request": request, **values}))


class PersonForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    kind = forms.ChoiceField(
        label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect
    )
    paper = forms.FileField(label="材料", widget=forms.FileInput({"accept": "image/*"}))


class WordsForm(forms.Form):
    words = forms.CharField(label="姓名", required=False)


@pytest.mark.parametrize(
    "source",
    [
        "{% tag text %}",
        "{% status 'draft' text %}",
        "{% kpi text text text %}",
        "{% empty_state text text url='/x/' action=text %}",
        "{% masked text '/reveal/' %}",
        "{% watermark text %}",
        "{% panel title=text %}{{ text }}{% endpanel %}",
        "{% dialog id='a' title=text %}{{ text }}{% enddialog %}",
        "{% confirm id='a' url='/x/' title=text button=text reason=text %}{{ text }}{% endconfirm %}",
        "{% progress 5 label=text url='/x/' detail=text %}",
        "{% steps items %}",
        "{% timeline items %}",
        "{% chart 'a' chart label=text %}",
    ],
)
def test_a_component_shows_markup_as_text(source):
    item = {"label": ATTACK, "note": ATTACK, "who": ATTACK, "what": ATTACK, "comment": ATTACK}
    chart = {"xAxis": {"data": [ATTACK]}, "series": [{"name": ATTACK, "data": [1]}]}
    assert "<script>alert" not in draw(source, text=ATTACK, items=[item], chart=chart)


def test_no_state_is_of_two_colours():
    states = " ".join((tones.OK, tones.WAIT, tones.BAD, tones.MUTE)).split()
    assert sorted(states) == sorted(set(states))


def test_a_figure_of_nothing_does_not_call_for_attention():
    assert "kpi-bad" in draw("{% kpi '已逾期' 3 '件' tone='bad' %}")
    assert "kpi-bad" not in draw("{% kpi '已逾期' 0 '件' tone='bad' %}")


def test_a_required_field_has_a_star_and_an_optional_one_none():
    form = PersonForm()
    form.fields["kind"].required = False
    assert 'class="star"' in draw("{% field form.name %}", form=form)
    assert 'class="star"' not in draw("{% field form.kind %}", form=form)


def test_an_error_stands_at_its_field_and_is_tied_to_it():
    html = draw("{% field form.name %}", form=PersonForm({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html


def test_a_choice_is_a_group_with_a_legend():
    html = draw("{% field form.kind %}", form=PersonForm())
    assert "<legend>类型" in html
    assert html.count('type="radio"') == 2


def test_a_form_says_above_how_many_fields_are_wrong():
    assert "有 3 处需要修改" in draw("{% fields form %}", form=PersonForm({}))


def test_an_upload_offers_the_camera_and_the_files():
    html = draw("{% upload form.paper %}", form=PersonForm())
    assert "data-camera" in html
    assert 'accept="image/*"' in html


def test_a_file_is_chosen_alike_in_every_form():
    html = draw("{% fields form %}{% field form.paper %}", form=PersonForm())
    assert html.count("data-upload") == html.count("data-pick") == 2


def test_no_form_says_twice_what_is_wrong():
    twice = [
        path.name
        for folder in ("platform/bangfu", "shared_apps", "tenant_apps", "tenants")
        for path in (ROOT / folder).rglob("*.html")
        if SAID_TWICE.search(path.read_text())
    ]
    assert twice == []


def test_a_search_form_folds_what_is_past_the_first_fields():
    html = draw("{% searchform form shown=1 %}", form=PersonForm())
    assert "<details" in html
    assert 'href="/files/"' in html


def test_the_head_of_a_folded_search_counts_the_fields_that_narrow_the_list():
    assert " hidden>0<" in draw("{% searchfold given %}", given=["", None, [], ["", None]])
    assert "data-filled>2<" in draw("{% searchfold given %}", given=["王", "", ["", "2026-01-01"]])


def test_a_search_of_one_field_is_not_folded():
    assert "search-fold" not in draw("{% searchform form %}", form=WordsForm())


def test_the_pager_keeps_the_filters_and_counts_all_rows():
    html = draw("{% pager page %}", page=Paginator(range(100_000), 20).page(2))
    assert "共 100,000 条" in html
    assert "?name=%E7%8E%8B&amp;page=3" in html


def test_a_list_of_one_page_offers_no_page_sizes():
    assert "per_page" not in draw("{% pager page %}", page=Paginator(range(20), 20).page(1))


def test_the_cursor_pager_keeps_the_filters():
    html = draw("{% cursor_pager next='abc' %}")
    assert "cursor=abc" in html
    assert "上一页" not in html


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00"), (5, "0.05"), (123456789, "1,234,567.89"), (-250, "-2.50")]
)
def test_money_is_shown_in_yuan_with_two_decimals(fen, shown):
    assert draw("{{ fen|yuan }}", fen=fen) == shown


def test_a_progress_without_an_address_stops_asking():
    assert "hx-get" not in draw("{% progress 100 label='完成' %}")


def test_a_bar_chart_has_its_figures_in_a_table():
    options = {"xAxis": {"data": ["东溪乡"]}, "series": [{"name": "户数", "data": [{"value": 3}]}]}
    assert table_of(options).rows == (("东溪乡", 3),)


def test_a_ring_has_its_figures_in_a_table():
    options = {"series": [{"name": "户数", "data": [{"name": "深度困难", "value": 4}]}]}
    assert table_of(options).rows == (("深度困难", 4),)


class FileTable(tables.Table):
    select = tables.SelectColumn()
    name = tables.Column(verbose_name="姓名")
    amount_fen = tables.AmountColumn(verbose_name="金额（元）")
    state = tables.StatusColumn(verbose_name="状态")


def test_a_table_row_carries_its_headings_for_the_cards_of_a_phone():
    table = FileTable([{"pk": 7, "name": ATTACK, "amount_fen": 360000, "state": "returned"}])
    html = draw("{% load django_tables2 %}{% render_table table %}", table=table)
    assert 'data-label="姓名"' in html
    assert "3,600.00" in html
    assert 'class="tag tag-bad"' in html
    assert 'name="ids" value="7"' in html
    assert "<script>alert" not in html


class RunTable(tables.Table):
    state = tables.StatusColumn(verbose_name="状态")
    at = tables.Column(verbose_name="时间", accessor="checked_at")
    station_name = tables.Column(accessor="station__name", verbose_name="站点")
    missing = tables.Column(empty_values=(), verbose_name="备注")
    acts = tables.ActsColumn()

    def render_missing(self, value: object, record: Station) -> str:
        return f"{value} {record.code} {ATTACK}"

    def render_acts(self, **given: object) -> str:
        return f"{sorted(given)}"


def test_a_row_of_a_model_is_drawn_as_the_library_draws_it(monkeypatch):
    station = Station(code="130705", name="宣化区", state="active", level=2)
    drawn = draw("{% load django_tables2 %}{% render_table table %}", table=RunTable([station]))
    for row in RunTable([station]).rows:
        for column in ("state", "at", "station_name", "missing", "acts"):
            assert conditional_escape(row.get_cell(column)) in drawn
    assert 'class="tag tag-ok"' in drawn
    assert str(station.get_state_display()) in drawn
    assert "<script>alert" not in drawn


OF_KINDS = [(None, "—"), ("b", ATTACK), ("组", [("c", "丙"), ("d", "丁")])]
YES_OR_NO = [("unknown", "?"), ("true", "是"), ("false", "否")]


@pytest.mark.parametrize(
    ("widget", "choices", "chosen"),
    [
        (forms.Select, OF_KINDS, ""),
        (forms.Select, OF_KINDS, "b"),
        (forms.Select, OF_KINDS, "c"),
        (forms.SelectMultiple, OF_KINDS, []),
        (forms.SelectMultiple, OF_KINDS, ["b", "d"]),
        (forms.NullBooleanSelect, YES_OR_NO, None),
        (forms.NullBooleanSelect, YES_OR_NO, False),
    ],
)
def test_a_drop_down_is_the_one_that_django_draws(widget, choices, chosen):
    class Choosing(forms.Form):
        kind = forms.Field(required=False, widget=widget({"class": "wide", "data-x": '"'}))

    bound = Choosing(initial={"kind": chosen})["kind"]
    bound.field.widget.choices = choices
    drawn = draw_select(bound, {"class": "form-select"})
    assert parse_html(drawn) == parse_html(bound.as_widget(attrs={"class": "form-select"}))


def test_an_instant_in_a_table_is_the_time_in_shanghai():
    column = tables.TimeColumn()
    assert column.render(datetime(2026, 11, 20, 4, 0, tzinfo=UTC)) == "2026-11-20 12:00"


def test_an_empty_table_says_so():
    html = draw("{% load django_tables2 %}{% render_table table %}", table=FileTable([]))
    assert "暂无数据" in html
