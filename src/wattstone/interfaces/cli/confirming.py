"""Showing a person how a table is read, and asking whether that is right."""

from pathlib import Path
from typing import Any


def as_before(path: Path, mapping: Any, kept: Path) -> tuple[str, str]:
    """Two lines on a table that is read by the mapping that was kept for its name."""
    columns = mapping.columns
    what = (columns.kind and f"kinds in '{columns.kind}'") or mapping.kind
    parts = [
        {"long": "one reading a row", "wide": "one column a meter", "matrix": "one row a day"}[mapping.layout],
        {"interval": None, "register": "a counter", "power": "mean power"}[mapping.reading],
        f"times as {mapping.stamp_format}" + (f" in {mapping.zone}" if mapping.zone else ""),
        "stamped at the end" if mapping.stamp == "end" else None,
        f"every {mapping.interval} s" if isinstance(mapping.interval, int) else mapping.interval and "by the calendar",
        f"decimal {mapping.decimal!r}",
        (columns.unit and f"units in '{columns.unit}'") or mapping.unit,
        what,
        f"site {mapping.site}" if mapping.site else columns.site and f"sites in '{columns.site}'",
    ]
    return (
        f"{path.name} is read as it was before: {', '.join(part for part in parts if part)}.",
        f"  Kept in {kept}: change it there, or delete it to have such files detected anew.",
    )


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
