"""Books of the past: taken in whole, taken back whole."""

from tenant_apps.yearly.services.keeping import Kept, keep_book
from tenant_apps.yearly.services.undoing import undo_book

__all__ = ["Kept", "keep_book", "undo_book"]
