"""What cells of a template offer: lists on a hidden sheet, and rules of what a column takes.

What a list offers is an id with its label behind it, as `diesel · Diesel`; the id alone is read, so that a template in
one language is understood in any other.
"""

from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from wattstone.interfaces.present.languages import Translate
from wattstone.interfaces.present.safe import harmless
from wattstone.readings.activities.known import LABEL

__all__ = ["LISTS", "ROWS", "Lists", "offer", "offered"]

LISTS: Final = "lists"
"""The hidden sheet."""

ROWS: Final = 1000
"""Rows of a sheet that offer lists; more can be filled in without them."""


def offered(one: str, label: str) -> str:
    """An id with its label behind it."""
    return harmless(f"{one}{LABEL}{label}" if label and label != one else one)


class Lists:
    """The hidden sheet that holds what cells offer, a column a list with a name of its own."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        self._book, self._sheet, self._next = book, sheet, 1
        self.names: set[str] = set()

    def add(self, name: str, offered: Sequence[str]) -> None:
        """A list; an empty one is left out."""
        if not offered:
            return
        letter = get_column_letter(self._next)
        for at, text in enumerate((name, *offered), start=1):
            self._sheet.cell(at, self._next, text)
        place = f"{LISTS}!${letter}$2:${letter}${len(offered) + 1}"
        self._book.defined_names[name] = DefinedName(name, attr_text=place)
        self.names.add(name)
        self._next += 1


def offer(sheet: Any, letter: str, rule: Any, t: Translate, *, strict: bool = True) -> None:
    """What a column takes; where it is not strict, something else is warned of and taken."""
    rule.allow_blank = True
    rule.showErrorMessage = strict
    rule.error, rule.errorTitle = t("Take one from the list, or a value as the header's note says."), "Wattstone"
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
