"""Personal data out of whatever leaves for a log or an error tracker.

Two nets. What is *known by its place* - bodies of requests, cookies, query strings, local variables,
values under a telling name - goes whole. What is *known by its look* - identity numbers, telephone
and card numbers, tokens, passwords in addresses - is taken out of every remaining text.
"""

import re
from collections.abc import Mapping
from typing import Any

REMOVED = "[removed]"

TELLING_NAMES = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|session|csrf|otp|totp|recovery|api_?key|signature"
    r"|id_?(no|num|card)|identity|cert_?no|card|account_?no|bank|phone|mobile|tel$|contact|email"
    r"|(^|_)name$|full_?name|address|illness|diagnos|disease|disab|birth|income|ethnic|health"
    r"|姓名|身份证|证件|电话|手机|银行|卡号|账号|住址|地址|病|残疾|收入|出生|民族",
    re.IGNORECASE,
)
# Names that tell nothing about a person although a word above is in them.
HARMLESS_NAMES = frozenset({"", "task_name", "func_name", "logger_name"})
# Of what Sentry adds by itself, this says nothing about people.
KEPT_CONTEXTS = frozenset({"trace", "runtime"})

_DIGIT_END = r"(?![0-9])"
PATTERNS = (
    # 18 digits of a resident identity, the last perhaps X; 15 of the first generation.
    (re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx]" + _DIGIT_END), "[id]"),
    (re.compile(r"(?<![0-9])[1-9][0-9]{14}" + _DIGIT_END), "[id]"),
    # 16 to 19 digits of a card, in groups of four or not.
    (
        re.compile(
            r"(?<![0-9-])[1-9][0-9]{3}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?" + _DIGIT_END
        ),
        "[card]",
    ),
    (
        re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}" + _DIGIT_END),
        "[phone]",
    ),
    (re.compile(r"(?<![0-9-])0[1-9][0-9]{1,2}-[2-9][0-9]{6,7}" + _DIGIT_END), "[phone]"),
    (re.compile(r"(?i)\b(token|bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [token]"),
    (re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@"), r"\1:[password]@"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[email]"),
)
UUID = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE
)
# A secret in an address, as invitations and password resets carry it.
SECRET_SEGMENT = re.compile(
    r"(?<=/)(?=[\w:.~-]*[0-9])(?=[\w:.~-]*[A-Za-z])[\w:.~-]{20,}(?=/|$|[?#\s])"
)
ADDRESS = re.compile(r"(?<![\w])/[^\s\"']*|https?://[^\s\"']+")


def scrub_text(text: str) -> str:
    """Take out of a text whatever looks like personal data or a secret."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\0{len(kept) - 1}\0"

    # Keys of records look like nothing else, and must stay whole: they are how operators find one.
    text = UUID.sub(keep, text)
    text = ADDRESS.sub(
        lambda address: SECRET_SEGMENT.sub("[token]", _without_query(address[0])), text
    )
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return re.sub("\0([0-9]+)\0", lambda place: kept[int(place[1])], text)


def scrub(value: Any, *, name: str = "") -> Any:
    """Scrub a value of any depth; what stands under a telling name goes whole."""
    if value and name not in HARMLESS_NAMES and TELLING_NAMES.search(name):
        return REMOVED
    match value:
        case None | bool() | float():
            scrubbed: Any = value
        case int():
            # An identity or card number may come as a number.
            scrubbed = value if abs(value) < 10**10 else scrub_text(str(value))
        case bytes():
            scrubbed = REMOVED
        case Mapping():
            scrubbed = {key: scrub(item, name=str(key)) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            scrubbed = [scrub(item) for item in value]
        case _:
            scrubbed = scrub_text(str(value))
    return scrubbed


def scrub_log(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Scrub a structlog event: the last step but the rendering."""
    return {key: scrub(value, name=key) for key, value in event.items()}


def scrub_event(event: Any, _hint: Any = None) -> Any:
    """Scrub an event on its way to Sentry (``before_send``)."""
    request = event.get("request")
    if request:
        event["request"] = {
            "method": request.get("method"),
            "url": scrub_text(str(request.get("url", ""))),
            "headers": {
                name: value
                for name, value in (request.get("headers") or {}).items()
                if name.lower() in {"content-type", "content-length", "user-agent", "host"}
            },
        }
    user = event.get("user")
    if user:
        event["user"] = {"id": user["id"]} if "id" in user else {}
    event["contexts"] = {
        name: context
        for name, context in (event.get("contexts") or {}).items()
        if name in KEPT_CONTEXTS
    }
    for part in ("extra", "tags", "breadcrumbs", "logentry", "message", "exception", "threads"):
        if part in event:
            event[part] = scrub(_without_locals(event[part]))
    return event


def _without_locals(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _without_locals(value) for key, value in part.items() if key != "vars"}
    if isinstance(part, list | tuple):
        return [_without_locals(item) for item in part]
    return part


def _without_query(address: str) -> str:
    path, question, _query = address.partition("?")
    return f"{path}?[query]" if question else path
