"""Which language an answer is in: Chinese, unless somebody chose another."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers


def chosen_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer pages in the language chosen on them, endpoints in the one the program asks for.

    What a browser prefers does not count: old office machines are often set up in English, and the
    people before them read Chinese.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        by_header = "/api/" in request.path
        language = translation.get_language_from_request(request) if by_header else _chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def _chosen(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
