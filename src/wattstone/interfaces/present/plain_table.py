"""A table of a report in the terminal."""

from rich.table import Table as RichTable
from rich.text import Text

from wattstone.interfaces.present.content import Table


def plain_table(table: Table) -> RichTable:
    """The same heads and cells as on the page."""
    shown = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in table.heads:
        shown.add_column(Text(head.text), justify="right" if head.numeric else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell.text) for cell in row))
    return shown
