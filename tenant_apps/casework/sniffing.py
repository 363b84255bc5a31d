"""What a paper really is, judged by its content alone."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import InvalidInput, Problem, Text
from bangfu.kernel.media_types import PDF

_TAIL_BYTES = 2048
_KINDS = (
    ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    (PDF, b"%PDF-", b"%%EOF"),
)


def content_type_of(data: bytes) -> str:
    """Return the type of a picture or PDF by its first and last bytes.

    Raises:
        InvalidInput: E701 it is neither JPEG, PNG nor PDF; E702 its end is missing.
    """
    for content_type, head, tail in _KINDS:
        if data.startswith(head):
            if tail in data[-_TAIL_BYTES:]:
                return content_type
            raise _refusal("E702", _("文件不完整，可能没有传完，请重新拍照或上传。"))
    raise _refusal("E701", _("只能上传 JPG、PNG 图片或 PDF 文件。"))


def _refusal(code: str, message: Text) -> InvalidInput:
    return InvalidInput([Problem(code=code, field="file", message=message)])
