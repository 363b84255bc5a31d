"""A worker who applies, for the tests of the worker's side."""

import secrets

from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.tenancy import in_station
from tenant_apps.applications.answers import packed
from tenant_apps.applications.models import Application
from tenant_apps.applications.rules import counted, papers_asked
from tenant_apps.applications.selectors import answers_of
from tenant_apps.applications.services import applying, sending
from tenant_apps.applications.services.keeping import applicant
from tenant_apps.applications.steps import ASKED, ASKED_OF_MEMBERS, STEP_NAMES
from tenant_apps.households.drafts import MemberDraft
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.selectors import paper_rule
from tests.tenant_apps.households.households import complete, daughter

PICTURE = b"\xff\xd8\xff\xe0" + b"picture " * 40 + b"\xff\xd9"
ID_NO = "130771197406150127"
NAME = "柳试一"
TAIL = "0127"


def somewhere():
    """Give a network address of one's own: what is counted of it outlives a test."""
    return f"2001:db8::{secrets.token_hex(6)}"


def picture(content=PICTURE, name="IMG_20261120_家门口.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def said(names, **changes):
    """What the worker of the first household answers to these questions."""
    draft = complete(**changes)
    return {name: getattr(draft, name) for name in names}


class Worker:
    """One worker at a station: fills in, sends, comes back with the code."""

    def __init__(self, station, now):
        self.station, self.now = station, now
        self.code = ""
        self.key = None

    def begin(self):
        with in_station(self.station):
            application, self.code = applying.begin(actor=applicant(), now=self.now)
        self.key = application.pk
        return self

    def act(self, service, **values):
        with in_station(self.station):
            module = sending if service in {"send", "withdraw"} else applying
            return getattr(module, service)(self.key, actor=applicant(), now=self.now, **values)

    def fill(self, **changes):
        """Answer everything at once, with one picture; the other papers the worker does not have."""
        draft = complete(members=[daughter()], **changes)
        with in_station(self.station):
            row = Application.objects.get(pk=self.key)
            answers = answers_of(row)
            for name in ASKED:
                setattr(answers.draft, name, getattr(draft, name))
            girl = {name: getattr(draft.members[0], name) for name in ASKED_OF_MEMBERS}
            answers.draft.members = [MemberDraft(**girl)]
            counted(answers.draft)
            answers.saved = dict.fromkeys(STEP_NAMES, 1)
            rule = paper_rule(station=self.station, on=self.now.date())
            kinds = [need.kind for need in papers_asked(answers.draft, rule)]
            answers.lacking = tuple(kinds[1:])
            row.answers, row.id_no_hash = packed(answers), number_hash(answers.draft.id_no)
            row.save()
        self.act("add_paper", kind=kinds[0], upload=picture())
        return self

    def send(self, **changes):
        signing = {"signature": NAME, "consents": True, "authorises": True}
        self.act("send", **{**signing, **changes})
        return self

    @property
    def row(self):
        with in_station(self.station):
            return Application.objects.get(pk=self.key)


def sent(station, now, **changes):
    """A worker whose application lies on the desk of a station."""
    return Worker(station, now).begin().fill(**changes).send()
