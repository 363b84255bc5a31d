"""How workbooks are written."""

from collections.abc import Mapping

# What people typed is a text in every cell: never a formula, a link or a number that a program makes of it.
TEXTS_STAY_TEXTS: Mapping[str, bool] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
