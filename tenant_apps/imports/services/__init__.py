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
from tenant_apps.imports.services.exporting import export_errors, station_template
from tenant_apps.imports.services.receiving import receive_answer, receive_rows, receive_undo
from tenant_apps.imports.services.undoing import (
    ImportNotDone,
    take_back_chunk,
    take_back_import,
    undo_import,
)
from tenant_apps.imports.services.uploading import start_import
from tenant_apps.imports.services.working import ANSWERED_AT_ONCE, go_on
from tenant_apps.imports.sheets import MAX_UPLOAD_BYTES

__all__ = [
    "ANSWERED_AT_ONCE",
    "MAX_UPLOAD_BYTES",
    "ImportNotDone",
    "ImportNotReady",
    "NothingToImport",
    "OnlyChecked",
    "apply_chunk",
    "apply_import",
    "check_chunk",
    "check_import",
    "confirm_import",
    "export_errors",
    "go_on",
    "receive_answer",
    "receive_rows",
    "receive_undo",
    "start_import",
    "station_template",
    "take_back_chunk",
    "take_back_import",
    "undo_import",
]
