"""Showing a person how a table would be read, and asking whether that is right."""

from pathlib import Path
from typing import Any


def confirm(path: Path, detection: Any) -> bool:
    """Show what was detected, its doubts and a preview; ask."""
    import typer
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present import findings_table

    console = Console(stderr=True, highlight=False)
    sure = f"{detection.confidence:.0%}"
    console.print(Text.assemble((path.name, "bold"), f" would be read like this ({sure} sure):"))
    console.print(detection.mapping.to_toml(), markup=False)
    heads = ["start [UTC]" if name == "start" else name for name in detection.preview.columns]
    table = Table(*heads, box=None, pad_edge=False)
    for row in detection.preview.head(5).iter_rows():
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    if detection.doubts:
        console.print(findings_table(detection.doubts))
    return typer.confirm("Is that right?", default=detection.confidence >= 0.75, err=True)
