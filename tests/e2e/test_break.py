"""What was planted behind the services' back is found and healed on the page of breaks."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.fault]

BREAKS = "/network/breaks/"


@pytest.mark.usefixtures("furnished")
def test_planted_breaks_are_found_and_healed(visitor, picture):
    administrator = visitor().sign_in("network.admin")
    reconcile(administrator)
    places = links_of(administrator)
    picture(administrator, "breaks")

    healed = 0
    for place in places:
        administrator.go(place)
        if administrator.page.locator("[data-dialog=heal]").count():
            administrator.confirm("修复", "heal")
            healed += 1
    assert healed >= 2, places

    reconcile(administrator)
    # What a network with the story of the money leaves to people: money on the account that nobody has claimed.
    left = links_of(administrator)
    assert len(left) == len(places) - healed
    for place in left:
        administrator.go(place)
        assert "银行对账差异" in administrator.text()


def links_of(person):
    """Return where each break of the list is worked on."""
    links = person.page.get_by_role("link", name="处理", exact=True)
    return [link.get_attribute("href") for link in links.all()]


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
