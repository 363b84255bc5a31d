"""What a request asked, as a digest: two that are alike ask the same."""

import hashlib
import json
from collections.abc import Collection

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError


def form_digest(request: HttpRequest, *, without: Collection[str] = ()) -> bytes:
    """Digest the fields and uploads of a form, piece by piece: an upload may be larger than a body may be.

    Fields named ``without`` do not count. The pieces are told apart by their lengths; a form that cannot be read is
    like an empty one. Uploads stand at their beginning afterwards.
    """
    try:
        fields, uploads = request.POST, request.FILES
    except MultiPartParserError:
        fields, uploads = request.POST, request.FILES  # marked as empty by the failure
    digest = hashlib.sha256()
    for name, given in sorted(fields.lists()):
        if name not in without:
            digest.update(json.dumps([name, given]).encode())
    for name, files in sorted(uploads.lists()):
        for upload in files:
            digest.update(json.dumps([name, upload.name, upload.size]).encode())
            for piece in upload.chunks():
                digest.update(piece)
            upload.seek(0)
    return digest.digest()
