"""Papers of a batch: the list by name to sign, later the summary with results; the slip of one payee."""

import pytest

from bangfu.kernel import doorbell
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import Download, DownloadState, Paper
from tenant_apps.documents.services import printing_money
from tenant_apps.documents.services.downloads import make_download
from tenant_apps.documents.services.making import PRODUCERS
from tenant_apps.documents.services.verifying import verify_paper
from tenant_apps.payouts import services
from tenant_apps.payouts.models import Batch
from tests.conftest import NOON
from tests.support.pdf_text import read_pdf
from tests.tenant_apps.payouts.drawing import signature

HOME = "/s/130705001"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def printed(client, address):
    answer = client.post(f"{HOME}/documents/{address}/")
    assert answer["Content-Type"] == "application/pdf", answer.content
    return answer.content


def test_the_list_by_name_is_signed_before_and_tells_the_results_after(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.sent()
    client = signed_in(office.finance)
    before = read_pdf(printed(client, f"payouts/{batch.pk}"))
    assert "帮扶资金发放花名册" in before.text and "领款人签名" in before.text
    with in_station(office.station):
        assert Batch.objects.get().summary_at is None
        office.booked(batch)
        office.answered(batch)
    page = client.get(f"{HOME}/payouts/{batch.pk}/").content.decode()
    assert f"{HOME}/documents/payouts/{batch.pk}/" in page and "打印实名制汇总表" in page
    data = printed(client, f"payouts/{batch.pk}")
    after = read_pdf(data)
    assert len(after.pages) == 1
    for words in (
        batch.number,
        "中央财政帮扶资金",
        "职工1",
        "人民币叁仟元整",
        "经审丙",
        "2026-11-20",
    ):
        assert words in after.text
    with in_station(office.station):
        assert Batch.objects.get().summary_at is not None
        paper = Paper.objects.order_by("printed_at", "id").last()
        assert (paper.kind, paper.about) == ("payout_roster", batch.number)
        finding = verify_paper(paper.number, copy=data)
        assert finding.is_proved and finding.is_same_copy
        taken = AuditRow.objects.filter(event="payout.summary_taken")
        assert [row.data["form"] for row in taken] == ["pdf", "pdf"]


def test_a_batch_that_may_still_change_has_no_list(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.batch()
    client = signed_in(office.finance)
    assert client.post(f"{HOME}/documents/payouts/{batch.pk}/").status_code == 409
    assert "打印发放花名册" not in client.get(f"{HOME}/payouts/{batch.pk}/").content.decode()
    client = signed_in(office.clerk)
    assert client.post(f"{HOME}/documents/payouts/{batch.pk}/").status_code == 403


def test_a_long_list_is_made_by_the_download_centre_part_by_part(paying, signed_in, monkeypatch):
    monkeypatch.setattr(printing_money, "LINES_A_LIST", 2)
    monkeypatch.setattr(doorbell, "ring", lambda *_args: None)
    office = paying
    with in_station(office.station):
        batch = office.paid(count=5)
    client = signed_in(office.finance)
    answer = client.post(f"{HOME}/documents/payouts/{batch.pk}/")
    assert answer.url == f"{HOME}/documents/downloads/"
    by_api = client.post(f"{HOME}/api/v1/documents/papers/payouts/{batch.pk}/")
    assert (by_api.status_code, by_api.json()["kind"]) == (202, "rosters")
    with in_station(office.station):
        download = Download.objects.earliest("asked_at")
        assert make_download(download.pk, producers=PRODUCERS, now=NOON)
        download.refresh_from_db()
        assert (download.state, len(download.parts)) == (DownloadState.READY, 3)
        assert [part["name"] for part in download.parts] == [
            f"roster-{batch.number}-{first:05d}-{last:05d}.pdf"
            for first, last in ((1, 2), (3, 4), (5, 5))
        ]
        assert Paper.objects.filter(kind="payout_roster").count() == 3


def test_a_slip_is_printed_for_one_payee_until_it_is_signed(paying, signed_in):
    office = paying
    with in_station(office.station):
        line = office.lines(office.paid(count=1))[0]
    client = signed_in(office.clerk)
    assert "打印签收单" in client.get(f"{HOME}/payouts/lines/{line.pk}/").content.decode()
    slip = read_pdf(printed(client, f"payout-lines/{line.pk}"))
    for words in (line.ref, line.payee_name, "人民币壹仟元整", "领款人签名", line.card_tail):
        assert words in slip.text
    by_api = client.post(f"{HOME}/api/v1/documents/papers/payout-lines/{line.pk}/")
    assert by_api["Content-Type"] == "application/pdf" and by_api["X-Paper-Number"]
    with in_station(office.station):
        services.sign_on_screen(line.pk, drawn=signature(), actor=office.clerk, now=NOON)
    assert client.post(f"{HOME}/documents/payout-lines/{line.pk}/").status_code == 422
    other = signed_in(office.finance)
    assert other.post(f"{HOME}/documents/payout-lines/{line.pk}/").status_code == 403
