"""Four families of the printed stories, from the application on a phone to the day they leave.

The screens that matter are driven in Chromium; the repetitive middle goes through the API of the same
people's sessions. Each number of the roll-up is read before and after, at the township, its county and its
city. Source: domain §1.V.
"""

import json
import time
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from bangfu.kernel import clock
from tests.e2e import families
from tests.e2e.people import PATIENCE_SECONDS, Person, Watch, pauses

pytestmark = [pytest.mark.browser, pytest.mark.fault]

HOME, CENTRE, CITY = "/s/130705001/", "/s/130705/", "/s/1307/"
# Who reads the numbers of each level.
LEVELS = {HOME: "tiantaisi.reviewer", CENTRE: "xuanhua.head", CITY: "city.head"}
STOCKS = ("FIL-01", "FIL-02", "PAI-01")
FLOWS = ("FIL-03", "FIL-04", "FIL-05", "FIL-06", "PAI-03")
VISITS_OWED = ("PAI-04.N", "PAI-04.D")
# Ratios, and what they are of: now, or in a year.
RATIOS_NOW = {"PAI-02": ("PAI-01", "FIL-01")}
RATIOS_OF_A_YEAR = {"PAI-04": ("PAI-04.N", "PAI-04.D")}
TENTH = Decimal("0.1")
PHOTO = b"\xff\xd8\xff\xe0" + b"photo " * 400 + b"\xff\xd9"


class Village:
    """The people around four families, each with a browser, and the numbers of their city."""

    def __init__(self, chromium, url):
        self.watch = Watch()
        self.people = {}
        self.chromium, self.url = chromium, url
        self.families = []

    def visitor(self, *, width=1366):
        return Person(self.chromium, self.url, watch=self.watch, width=width)

    def person(self, username):
        if username not in self.people:
            self.people[username] = self.visitor().sign_in(username)
        return self.people[username]

    def call(self, username, method, path, data=None, *, form=None):
        """Ask an endpoint in somebody's session; what is refused fails the story."""
        person = self.person(username)
        if not hasattr(person, "token"):
            said = person.page.locator("body").get_attribute("hx-headers")
            person.token = json.loads(said)["X-CSRFToken"]
        answer = getattr(person.context.request, method)(
            self.url + path,
            **({"form": form} if form else {"data": data}),
            headers={"X-CSRFToken": person.token, "Referer": f"{self.url}/"},
            # A connection that lay idle may be closed by the server as the question is sent; browsers ask again.
            max_retries=2 if method == "get" else 0,
        )
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:3000]}"
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json and answer.text() else None

    def numbers(self, level=CITY):
        """A level's numbers: what is on file now, and what happened in all the years of the story."""
        found = {code: int(self._number(level, code) or 0) for code in STOCKS}
        for code in FLOWS:
            found[code] = sum(int(self._number(level, code, year) or 0) for year in self._years())
        for code in VISITS_OWED:
            found[code] = sum(self._but_contacts(level, code, year) for year in self._years())
        return found

    def all_numbers(self):
        return {level: self.numbers(level) for level in LEVELS}

    def _years(self):
        return sorted({clock.today().year, (clock.today() + timedelta(days=80)).year})

    def _but_contacts(self, level, code, year):
        """What is owed besides the contact of a quarter, which every pair owes anew on the day a quarter begins."""
        path = f"{level}api/v1/rollup/?indicator={code}&period={year}&by=visit_kind"
        parts = self.call(LEVELS[level], "get", path)["parts"]
        return sum(int(part["value"]) for part in parts if part["key"] != "regular")

    def _number(self, level, code, period=""):
        asked = f"&period={period}" if period else ""
        path = f"{level}api/v1/rollup/?indicator={code}{asked}"
        value = self.call(LEVELS[level], "get", path)["value"]
        return None if value is None else Decimal(str(value))

    def until_numbers(self, before, **changes):
        """Wait until every level has moved by exactly so much, and nothing else with it; ratios follow.

        ``PAI_04_N`` is the number PAI-04.N.
        """
        moves = {code.replace("_", "-", 1).replace("_", "."): by for code, by in changes.items()}
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, pauses()
        for level, numbers in before.items():
            wanted = numbers | {code: numbers[code] + by for code, by in moves.items()}
            while (found := self.numbers(level)) != wanted:
                assert time.monotonic() < deadline, f"{level}: {found} is not {wanted}"
                time.sleep(next(pause))
            self._ratios_follow(level)

    def _ratios_follow(self, level):
        """The ratios of a level are those of its own numbers."""
        asked = [(code, parts, "") for code, parts in RATIOS_NOW.items()]
        for year in self._years():
            asked += [(code, parts, year) for code, parts in RATIOS_OF_A_YEAR.items()]
        for one in asked:
            # Workers may count something between two questions.
            self.until(lambda one=one: self._follows(level, *one) or None, f"{one} of {level}")

    def _follows(self, level, code, parts, period):
        above, below = (self._number(level, part, period) for part in parts)
        wanted = (100 * above / below).quantize(TENTH, ROUND_HALF_UP) if below else None
        return self._number(level, code, period) == wanted

    def two_weeks_later(self):
        for _week in range(2):
            self.call("network.admin", "post", "/network/clock/", form={"days": "7"})

    def until(self, holds, what):
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, pauses()
        while (found := holds()) is None:
            assert time.monotonic() < deadline, f"{what} did not come"
            time.sleep(next(pause))
        return found

    def review_of(self, family, *, state):
        """The review of a family at the centre, once it stands there."""

        def holds():
            path = f"{CENTRE}api/v1/reviews/?q={family.file_no}"
            rows = self.call("xuanhua.head", "get", path)["results"]
            return next((row["id"] for row in rows if row["state"] == state), None)

        return self.until(holds, f"{state} of {family.name}")


@pytest.fixture(scope="module")
def village(chromium, network):
    village = Village(chromium, network.url)
    administrator = village.person("network.admin")
    administrator.until_read("demo.planted", "/network/audit/?event=demo.planted", seconds=600)
    yield village
    for person in village.people.values():
        person.leave()
    assert village.watch.complaints == []
    assert village.watch.strangers == []


@pytest.fixture(scope="module")
def told(village, tmp_path_factory):
    """The four families on file, and the numbers before; every one applied for itself."""
    photo = tmp_path_factory.mktemp("photos") / "户口簿.jpg"
    photo.write_bytes(PHOTO)
    village.families = [
        families.laid_off_with_a_daughter_at_university(),
        families.living_on_a_boat(),
        families.model_worker_with_an_ill_husband(),
        families.mother_long_ill(),
    ]
    first, *others = village.families
    before = village.all_numbers()
    apply_on_a_phone(village, first, photo)
    for family in others:
        apply_by_program(village, family)
    for family in village.families:
        take_over(village, family)
        complete_and_report(village, family)
    reviews = [check_and_publish(village, family) for family in village.families]
    village.two_weeks_later()
    for family, review in zip(village.families, reviews, strict=True):
        village.review_of(family, state="approval")
        village.call(
            "xuanhua.head",
            "post",
            f"{CENTRE}api/v1/reviews/{review}/approve/",
            {"opinion": "同意建档。"},
        )
    persons = sum(family.persons for family in village.families)
    # Each is owed a first visit from the day it is on file.
    village.until_numbers(before, FIL_01=4, FIL_02=persons, FIL_03=4, PAI_04_D=4)
    look_after(village)
    village.until_numbers(
        before, FIL_01=4, FIL_02=persons, FIL_03=4, PAI_01=4, PAI_03=4, PAI_04_D=4, PAI_04_N=4
    )
    return {family.key: family for family in village.families}


# --- the way to the file ------------------------------------------------------------------------


def apply_on_a_phone(village, family, photo):
    """Apply on the public pages of the station, on a phone, and note the code that is shown."""
    phone = village.visitor(width=390)
    page = phone.page
    phone.go(f"{HOME}public/")
    phone.follow(page.get_by_role("link", name="我要申请帮扶"))
    phone.press("开始填写")
    family.code = phone.text("#code")
    phone.follow(page.get_by_role("link", name="我记好了，去填写"))
    answer_page(phone, family.answers)
    phone.press("保存，下一步")
    for member in family.members:
        phone.follow(page.get_by_role("link", name="添加一位家里人"))
        answer_page(phone, member)
        phone.press("保存")
    phone.press("都加好了，下一步")
    for _page in range(2):
        answer_page(phone, family.answers)
        phone.press("保存，下一步")
    page.locator("#file-household_book").set_input_files(photo)
    phone.press("上传", inside="#paper-household_book")
    while page.get_by_role("button", name="我没有这样材料").count():
        phone.press("我没有这样材料")
    phone.press("下一步")
    assert "还差这些" not in phone.text()
    page.check("[name=consents]")
    page.check("[name=authorises]")
    phone.fill(signature=family.name)
    phone.press("签名并提交申请")
    assert "申请已收到" in phone.text()
    assert not phone.scrolls_sideways()
    phone.leave()


def answer_page(phone, answers):
    """Answer the questions of one page that the story says something about."""
    form = phone.page.locator("main form").first
    for name, value in answers.items():
        field = form.locator(f"[name={name}]")
        if not field.count():
            continue
        kind = field.first.get_attribute("type") or ""
        if isinstance(value, bool):
            form.locator(f"[name={name}][value={'yes' if value else 'no'}]").check()
        elif kind == "checkbox":
            for one in value:
                form.locator(f"[name={name}][value='{one}']").check()
        elif field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))


def apply_by_program(village, family):
    """Apply by the endpoints that stand beside the public pages."""
    visitor = village.visitor()
    address = f"{village.url}{HOME}api/v1/public/applications/"
    headers = {}

    def call(method, path, data=None):
        answer = getattr(visitor.context.request, method)(
            address + path, data=data, headers=headers
        )
        assert answer.ok, answer.text()
        return answer.json()

    family.code = call("post", "")["code"]
    headers |= {"X-Application-Code": family.code, "X-Id-Tail": family.tail}
    told = call("patch", "mine/", family.answers | {"members": family.members})
    for gap in told["missing"]:
        kind = gap["field"].removeprefix("papers.")
        call("post", "mine/papers/", {"kind": kind, "lacks": True})
    signing = {"signature": family.name, "consents": True, "authorises": True}
    assert call("post", "mine/send/", signing)["state"] == "sent"
    visitor.leave()


def take_over(village, family):
    """The clerk takes the application over into a file, in one click."""
    clerk = village.person("tiantaisi.clerk")
    clerk.go(f"{HOME}applications/")
    clerk.follow(clerk.page.locator("tr", has_text=family.name).get_by_role("link").first)
    clerk.confirm("受理，转入建档", "take")
    assert "/change/" in clerk.page.url, clerk.text()[:500]
    family.file_id = clerk.page.url.rstrip("/").split("/")[-2]


def complete_and_report(village, family):
    """Fill in what workers are not asked, see the papers, submit; visit the family and report."""
    path = f"{HOME}api/v1/files/{family.file_id}/"
    known = village.call("tiantaisi.clerk", "get", path)
    added = dict(family.added)
    added["members"] = [
        one
        | (
            {"stage": "20", "enrolled_year": 2025, "study_years": 4}
            if one["identity"] == "student"
            else {}
        )
        for one in known["members"]
    ]
    told = village.call("tiantaisi.clerk", "patch", path, added)
    for gap in told["missing"]:
        assert gap["field"].startswith("papers.") or gap["severity"] == "warning", gap
        if gap["field"].startswith("papers."):
            kind = gap["field"].removeprefix("papers.")
            village.call("tiantaisi.clerk", "post", f"{path}papers/", {"kind": kind})
    village.call("tiantaisi.clerk", "post", f"{path}submit/", {})
    submitted = village.call("tiantaisi.clerk", "get", path)
    family.file_no = submitted["file_no"]
    submitted_at = datetime.fromisoformat(submitted["submitted_at"])
    visit = {
        "visited_on": clock.local_day(submitted_at).isoformat(),
        "first_visitor": "周试访",
        "second_visitor": "郑试访",
        "findings": "与本人所说一致，邻居证实。",
    }
    village.call(
        "tiantaisi.reviewer",
        "post",
        f"{HOME}api/v1/reviews/{family.file_id}/accept/",
        {"visit": visit, "opinion": "情况属实，同意上报。"},
    )


def check_and_publish(village, family):
    """The centre accepts the file, notes the means check, and publishes the notice."""
    review = village.review_of(family, state="offered")
    path = f"{CENTRE}api/v1/reviews/{review}/"
    village.call("xuanhua.reviewer", "post", f"{path}accept/", {"opinion": "材料齐全。"})
    village.call(
        "xuanhua.reviewer",
        "post",
        f"{path}publish-notice/",
        {"reason": "家庭收入低于标准，生活困难。"},
    )
    return review


def look_after(village):
    """Give the four families a helper, who makes the first visit that each is owed."""
    helper = {"name": "冯试帮", "kind": "union_cadre", "unit": "天泰寺街道总工会"}
    path = f"{HOME}api/v1/pairing/"
    helper_id = village.call("tiantaisi.reviewer", "post", f"{path}helpers/", helper)["id"]
    for family in village.families:
        pairing = {"file_id": family.file_id, "helper_id": helper_id}
        village.call("tiantaisi.reviewer", "post", f"{path}pairings/", pairing)
    for family in village.families:
        make_visit(village, family, kind="first", findings="生活困难，情况属实，已送去慰问品。")


def make_visit(village, family, *, kind, findings):
    """Note a visit that is owed to a family, made on the day from which it is owed."""
    path = f"{HOME}api/v1/pairing/"
    owed = village.call("tiantaisi.reviewer", "get", f"{path}visits/?tab=all&kind={kind}")
    duty = next(one for one in owed["results"] if one["file_id"] == family.file_id)
    visit = {
        "file_id": family.file_id,
        "duty_id": duty["id"],
        "visited_on": duty["opens_on"],
        "by_names": "冯试帮、周试访",
        "findings": findings,
    }
    village.call("tiantaisi.reviewer", "post", f"{path}contacts/", visit)


# --- the way out --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def leaving(village, told):
    """The four families on their way out: proposed, agreed to, and the notices over."""
    mother_dies(village, told["NAR6"])
    propose_exit(
        village,
        told["NAR1"],
        kind="out",
        reason="income",
        words="女儿毕业后有了稳定工作，家庭收入连续六个月超过标准。",
        months="2600",
    )
    propose_exit(
        village,
        told["NAR2"],
        kind="secured",
        reason="state_support",
        words="转介住建部门，已落实廉租住房补贴，并纳入政府兜底。",
    )
    propose_exit(
        village,
        told["NAR5"],
        kind="cancelled",
        reason="moved",
        words="随子女迁往外省，户籍已迁出。",
    )
    propose_exit(
        village,
        told["NAR6"],
        kind="out",
        reason="cause_gone",
        words="母亲病故，医药负担消除，债务已还清，收入连续六个月超过标准。",
        months="1800",
        page="recheck",
    )
    pages = {family.key: agree_to_exit(village, family) for family in village.families}
    village.two_weeks_later()
    village.person("xuanhua.head").sign_in("xuanhua.head")
    return pages


def propose_exit(village, family, *, kind, reason, words, months="", page="exit"):
    """The clerk fills in the exit of a household on its page and sends it up."""
    clerk = village.person("tiantaisi.clerk")
    clerk.go(f"{family.address}{page}/")
    if page == "recheck":
        clerk.fill(proposal="exit")
        clerk.page.locator("main form details summary").click()
    clerk.fill(findings=words, exit_kind=kind, exit_reason=reason)
    if months:
        clerk.page.check("[name=is_cause_gone]")
        clerk.fill(**{f"income_{number}": months for number in range(1, 7)})
    clerk.press("上报")
    assert "已上报" in clerk.text("body"), clerk.text()


def agree_to_exit(village, family):
    """The centre agrees, and the notice begins; the address of its page."""
    reviewer = village.person("xuanhua.reviewer")
    row = reviewer.page.locator("tr", has_text=family.file_no)
    desk = f"{CENTRE}reviews/life/"
    reviewer.until(lambda _one: row.count(), desk, f"the exit of {family.name}")
    reviewer.follow(row.get_by_role("link").first)
    address = reviewer.page.url
    reviewer.confirm("同意退出", "step-agree_exit")
    return address


def confirm_exit(village, family, address):
    """The head of the centre confirms on the page, once the days of the notice are over."""
    head = village.person("xuanhua.head")
    head.until(
        lambda one: one.page.locator("[data-dialog=step-confirm_exit]").count(),
        address,
        f"the end of the notice of {family.name}",
    )
    head.confirm("确认退出", "step-confirm_exit")


def mother_dies(village, family):
    """The clerk notes the death; a visit must be made, and the file is looked at again and changed."""
    before = village.all_numbers()
    clerk = village.person("tiantaisi.clerk")
    clerk.go(f"{family.address}event/")
    clerk.fill(event="death", person="单试兰", note="母亲病故。")
    clerk.press("保存")
    clerk.go(f"{HOME}pairing/visits/")
    duty = clerk.page.locator("tr", has_text=family.file_no).filter(has_text="亡故必访")
    assert duty.count() == 1, clerk.text()
    make_visit(village, family, kind="death", findings="母亲病故，已协助料理后事。")
    village.until_numbers(before, PAI_03=1, PAI_04_N=1, PAI_04_D=1)
    clerk.go(family.address)
    clerk.confirm("开始复核", "start_recheck")
    changed = {"members": [], "persons": 1, "living_together": 1, "cost_illness": "0"}
    path = f"{HOME}api/v1/files/{family.file_id}/"
    village.call("tiantaisi.clerk", "patch", path, changed)


def follow_with_the_code(village, family, *, words):
    """The worker looks at the end of it with the code, on a phone."""
    phone = village.visitor(width=390)
    phone.go(f"{HOME}public/resume/")
    phone.fill(code=family.code, tail=family.tail)
    phone.press("进入")
    phone.until_read(words, f"{HOME}public/mine/")
    assert "审批通过，建档完成" in phone.text()
    assert not phone.scrolls_sideways()
    phone.leave()


def read_file(village, family):
    clerk = village.person("tiantaisi.clerk")
    clerk.go(family.address)
    return clerk.text()


# --- the stories --------------------------------------------------------------------------------


def test_nar1_a_laid_off_couple_leaves_when_the_daughter_has_work(village, told, leaving):
    family, before = told["NAR1"], village.all_numbers()
    page = read_file(village, family)
    assert "下岗失业" in page
    assert "子女上学" in page

    confirm_exit(village, family, leaving["NAR1"])

    village.until_numbers(before, FIL_01=-1, FIL_02=-family.persons, FIL_04=1, PAI_01=-1)
    follow_with_the_code(village, family, words="已经脱困")


def test_nar2_a_worker_on_a_boat_is_secured_by_public_housing(village, told, leaving):
    family, before = told["NAR2"], village.all_numbers()
    page = read_file(village, family)
    assert "无房" in page
    assert "廉租住房补贴" in page

    confirm_exit(village, family, leaving["NAR2"])

    village.until_numbers(before, FIL_01=-1, FIL_02=-family.persons, FIL_05=1, PAI_01=-1)
    follow_with_the_code(village, family, words="已由政府保障兜底")


def test_nar5_a_model_worker_in_need_by_illness_moves_away(village, told, leaving):
    family, before = told["NAR5"], village.all_numbers()
    page = read_file(village, family)
    assert "患重特大疾病" in page
    assert "地市级劳模" in page
    assert "83,000.00" in page

    confirm_exit(village, family, leaving["NAR5"])

    village.until_numbers(before, FIL_01=-1, FIL_02=-family.persons, FIL_06=1, PAI_01=-1)
    follow_with_the_code(village, family, words="档案已注销")


def test_nar6_the_death_of_the_mother_changes_the_file(village, told, leaving):
    family, before = told["NAR6"], village.all_numbers()
    page = read_file(village, family)
    assert "40,000.00" in page
    assert "单试兰" in page

    confirm_exit(village, family, leaving["NAR6"])

    # The mother had left the count with the change of the file.
    village.until_numbers(before, FIL_01=-1, FIL_02=-1, FIL_04=1, PAI_01=-1)
    follow_with_the_code(village, family, words="已经脱困")
