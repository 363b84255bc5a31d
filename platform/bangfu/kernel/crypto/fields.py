"""The column of a sealed text."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from bangfu.kernel.crypto.secrets import Secret

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression


class _SecretAttribute(DeferredAttribute):
    """Turns what is assigned to the column into a secret of that column."""

    field: "EncryptedTextField"

    def __set__(self, instance: models.Model, value: str | Secret | None) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """A text sealed for this model and field, kept as bytes and read as a ``Secret``.

    Assign a string; read with ``.reveal()``. An empty string is kept as NULL, so the column is
    declared ``null=True`` where it may be missing. It cannot be searched: keep a ``blind_index``
    beside it. It has no form field, no choices and is never serialised.

    A column that has moved to another model names the ``place`` where its values were sealed.
    """

    _pyi_private_set_type: str | Secret | None
    _pyi_private_get_type: Secret
    _pyi_lookup_exact_type: None

    description = "Sealed text"
    descriptor_class = _SecretAttribute
    empty_values = (None,)

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        self._sealed_at = place
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what every column of this kind has."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        if self._sealed_at:
            kwargs["place"] = self._sealed_at
        return name, "bangfu.kernel.crypto.EncryptedTextField", args, kwargs

    def get_internal_type(self) -> str:
        """Name the column type: bytes."""
        return "BinaryField"

    @property
    def place(self) -> str:
        """Name the place that values of this column are bound to."""
        return self._sealed_at or f"{self.model._meta.label_lower}.{self.name}"

    def to_python(self, value: str | Secret | None) -> Secret | None:
        """Return the secret of this column for a text, a secret, or nothing."""
        if value is None or value == "":
            return None
        if isinstance(value, Secret):
            return value.moved_to(self.place)
        if isinstance(value, str):
            return Secret(place=self.place, text=value)
        raise TypeError(f"{self.place} takes a text, not {type(value).__name__}")

    def from_db_value(
        self,
        value: bytes | memoryview | None,
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Secret | None:
        """Carry the sealed bytes as they came."""
        return None if value is None else Secret(place=self.place, sealed=bytes(value))

    def get_prep_value(self, value: Any) -> bytes | None:
        """Return the sealed bytes to write."""
        secret = self.to_python(value)
        return None if secret is None else secret.sealed()

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only the question whether there is a value.

        Raises:
            FieldError: any other lookup; sealed bytes differ even for equal texts.
        """
        if lookup_name != "isnull":
            raise FieldError(f"{self.place} is sealed: search its blind index instead")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> NoReturn:
        """Refuse to compute with sealed bytes."""
        raise FieldError(f"{self.place} is sealed: {lookup_name!r} cannot be computed")

    def value_to_string(self, obj: models.Model) -> NoReturn:
        """Refuse to leave the database by way of a fixture."""
        raise TypeError(f"{self.place} is sealed and is never serialised")
