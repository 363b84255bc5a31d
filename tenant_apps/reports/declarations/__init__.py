"""The periodic reports as declarations."""

from types import MappingProxyType

from bangfu.kernel.errors import NotFound
from tenant_apps.reports.declarations import hardship_files, network, pairing
from tenant_apps.reports.declarations.declaring import (
    CarriedOver,
    Cell,
    Column,
    Draw,
    Form,
    Row,
    Rule,
)

__all__ = ["FORMS", "CarriedOver", "Cell", "Column", "Draw", "Form", "Row", "Rule", "get_form"]

FORMS = MappingProxyType(
    {form.code: form for form in (network.FORM, hardship_files.FORM, pairing.FORM)}
)


def get_form(code: str) -> Form:
    """Return the form declared under ``code``.

    Raises:
        NotFound: there is none.
    """
    form = FORMS.get(code)
    if form is None:
        raise NotFound
    return form
