"""What every page of files reads from its request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, QueryDict

from bangfu.ui.requests import ticked
from tenant_apps.households.forms import FileSearchForm
from tenant_apps.households.selectors import FileSearch, files_matching
from tenants.models import Station

SEARCHES = "households.searches"
LONGEST_KEPT_NUMBER = 11


def region_code_of(request: HttpRequest) -> str:
    """Give the division in which the station of the page lies."""
    station: Station = request.station  # type: ignore[attr-defined]
    return station.region_code


def search_of(form: FileSearchForm) -> FileSearch:
    """Give the search that a search form asks for; a wrong choice narrows nothing."""
    form.is_valid()
    wanted = form.cleaned_data
    return FileSearch(
        words=wanted.get("words", ""),
        states=(wanted["state"],) if wanted.get("state") else (),
        tier=wanted.get("tier", ""),
        cause=wanted.get("cause", ""),
        file_kind=wanted.get("file_kind", ""),
        residence=wanted.get("residence", ""),
    )


def remember_search(request: HttpRequest) -> None:
    """Keep the search of the list for the way back from a file; never a whole number in it."""
    words = request.GET.get("words", "")
    if sum(letter.isdigit() for letter in words) >= LONGEST_KEPT_NUMBER:
        return
    searches = request.session.get(SEARCHES, {})
    query = request.GET.urlencode()
    if searches.get(request.path, "") != query:
        request.session[SEARCHES] = {**searches, request.path: query}


def last_search(request: HttpRequest, path: str) -> str:
    """Give the address of the list at `path` with the search it was left with."""
    query = request.session.get(SEARCHES, {}).get(path, "")
    return f"{path}?{query}" if query else path


def version_in(data: QueryDict, name: str = "version") -> int:
    """Give the version of the file the person saw; one that is not a number fits none."""
    text = data.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def chosen_files(request: HttpRequest) -> list[UUID]:
    """Give the files ticked in a list, or all of the search when that was asked for."""
    if request.POST.get("every"):
        search = search_of(FileSearchForm(request.GET))
        return list(files_matching(search).values_list("pk", flat=True))
    return ticked(request)
