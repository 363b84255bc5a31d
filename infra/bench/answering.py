"""The same list and the same record, answered in each realm: no tenancy, stock, ours."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenant_apps.households.models import HouseholdFile

PAGE = 50
Enter = Callable[[str], AbstractContextManager[object]]


class RowSerializer(serializers.ModelSerializer[HouseholdFile]):
    """A line of a list of files."""

    class Meta:
        model = HouseholdFile
        fields = ["id", "file_no", "name", "state", "tier", "main_cause", "persons", "on_file_on"]


class _View(APIView):
    authentication_classes = ()
    permission_classes = ()


class ListView(_View):
    """A page of a list."""

    def get(self, _request: Request) -> Response:
        rows = HouseholdFile.objects.filter(state="on_file").order_by("-id")[:PAGE]
        return Response(RowSerializer(rows, many=True).data)


class DetailView(_View):
    """One record with what hangs on it."""

    def get(self, _request: Request) -> Response:
        file = HouseholdFile.objects.order_by("-id").first()
        if file is None:
            return Response({})
        body = dict(RowSerializer(file).data)
        body["members"] = list(file.members.values("name", "relation"))
        body["versions"] = list(file.versions.values("number", "event"))
        return Response(body)


VIEWS = {"list": ListView.as_view(), "detail": DetailView.as_view()}
_requests = RequestFactory()


def answer(enter: Enter, kind: str, place: str) -> None:
    """Answer one request in a realm, rendered."""
    request = _requests.get("/")
    with enter(place):
        VIEWS[kind](request).render()


@contextmanager
def no_tenancy(_place: str) -> Iterator[None]:
    """The schema was fixed when connecting."""
    yield


@contextmanager
def stock(place: str) -> Iterator[None]:
    """What the library's middleware does: look the tenant up, set the path, and back to public."""
    from django.db import connection

    from tenants.models import Station

    connection.set_schema_to_public()  # type: ignore[attr-defined]
    tenant = Station.objects.get(code=place)
    connection.set_tenant(tenant)  # type: ignore[attr-defined]
    yield


@contextmanager
def ours(place: str) -> Iterator[None]:
    """What the product's middleware does: the known station, its role and path."""
    from bangfu.kernel.tenancy import in_station
    from tenants.selectors import station_with_code

    with in_station(station_with_code(place).ref):
        yield


REALMS: dict[str, Enter] = {"none": no_tenancy, "stock": stock, "ours": ours}
