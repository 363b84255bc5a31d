"""What was planted behind the services' back is found and healed on the page of breaks."""

import pytest

pytestmark = pytest.mark.browser

BREAKS = "/network/breaks/"


@pytest.mark.usefixtures("furnished")
def test_planted_breaks_are_found_and_healed(visitor, picture):
    administrator = visitor().sign_in("network.admin")
    reconcile(administrator)
    places = administrator.page.locator("#list tbody tr").all_inner_texts()
    picture(administrator, "breaks")
    assert len(places) >= 2, administrator.text()

    for _place in places:
        administrator.go(BREAKS)
        administrator.follow(administrator.page.get_by_role("link", name="处理", exact=True).first)
        administrator.confirm("修复", "heal")
    administrator.until_read("没有差异", BREAKS)

    reconcile(administrator)
    assert "没有差异" in administrator.text("#list")


def reconcile(person):
    person.go(BREAKS)
    person.press("立即核对")
    person.until(
        lambda person: (
            person.page.locator(".run-line").count() == 1
            and not person.page.get_by_role("button", name="立即核对").is_disabled()
        ),
        BREAKS,
        "the end of the reconciliation",
    )
