"""What can be done with an import, from its upload to its undoing."""

from tenant_apps.imports.services.checking import check_chunk, check_import
from tenant_apps.imports.services.confirming import (
    ImportNotReady,
    NothingToImport,
    OnlyChecked,
    apply_chunk,
    apply_import,
    confirm_import,
)
from tenant_apps.imports.services.receiving import receive_answer, receive_rows, receive_undo
from tenant_apps.imports.services.undoing import (
    ImportNotDone,
    take_back_chunk,
    take_back_import,
    undo_import,
)
from tenant_apps.imports.services.uploading import start_import

__all__ = [
    "ImportNotDone",
    "ImportNotReady",
    "NothingToImport",
    "OnlyChecked",
    "apply_chunk",
    "apply_import",
    "check_chunk",
    "check_import",
    "confirm_import",
    "receive_answer",
    "receive_rows",
    "receive_undo",
    "start_import",
    "take_back_chunk",
    "take_back_import",
    "undo_import",
]
