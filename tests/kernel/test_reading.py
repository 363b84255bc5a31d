"""Rows of a query in pages: each once, in the order of their keys, and one question where they are few."""

from bangfu.kernel.reading import in_pages
from shared_apps.regions.models import Region


def test_every_row_comes_once_in_the_order_of_the_keys(on_network, django_assert_num_queries):
    rows = Region.objects.filter(code__startswith="1307")
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    assert len(keys) > 60

    with django_assert_num_queries(len(keys) // 20 + 1):
        assert [one.pk for one in in_pages(rows.order_by("-name"), size=20)] == keys


def test_the_key_of_values_stands_first(on_network):
    rows = Region.objects.filter(code__startswith="1307").values_list("pk", "name")
    assert list(in_pages(rows, size=7)) == list(rows.order_by("pk"))


def test_few_rows_are_one_question_and_none_are_one(on_network, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(list(in_pages(Region.objects.filter(code="130702")))) == 1
    with django_assert_num_queries(1):
        assert list(in_pages(Region.objects.filter(code="nowhere"))) == []
