"""Every code list of the platform by name: `CODE_LISTS["cause"].find("06 患重特大疾病")`.

Source: domain reference §2.3 and the sheet 代码表 of the Excel form.
"""

from shared_apps.catalogues.code_list import Code, CodeList
from shared_apps.catalogues.lists import aid, goods, household, pairing, person, windows, work

__all__ = ["CODE_LISTS", "Code", "CodeList"]

CODE_LISTS: dict[str, CodeList] = {
    code_list.name: code_list
    for module in (household, person, work, windows, pairing, goods, aid)
    for code_list in vars(module).values()
    if isinstance(code_list, CodeList)
}
