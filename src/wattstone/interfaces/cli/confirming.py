"""Showing a person how a table is read, and asking whether that is right."""

from pathlib import Path
from typing import Any

from wattstone.interfaces.present.languages import Language, translator


def as_before(path: Path, mapping: Any, kept: Path, lang: Language) -> tuple[str, str]:
    """Two lines on a table that is read by the mapping that was kept for its name."""
    t = translator(lang)
    columns = mapping.columns
    layouts = {"long": t("one reading a row"), "wide": t("one column a meter"), "matrix": t("one row a day")}
    every = {"day": t("by the day"), "month": t("by the month"), "year": t("by the year"), None: ""}
    said = [
        layouts[mapping.layout],
        {"interval": "", "register": t("a counter"), "power": t("mean power")}[mapping.reading],
        t("times as {format}", format=mapping.stamp_format),
        mapping.zone and t("in {zone}", zone=mapping.zone),
        mapping.stamp == "end" and t("stamped at the end"),
        t("every {seconds} s", seconds=mapping.interval)
        if isinstance(mapping.interval, int)
        else every[mapping.interval],
        t("decimal {sign}", sign=repr(mapping.decimal)),
        t("units in '{column}'", column=columns.unit) if columns.unit else mapping.unit,
        t("kinds in '{column}'", column=columns.kind) if columns.kind else mapping.kind,
        t("sites in '{column}'", column=columns.site)
        if columns.site
        else mapping.site and t("site {site}", site=mapping.site),
    ]
    return (
        t("{file} is read as it was before: {how}.", file=path.name, how=t(", ").join(part for part in said if part)),
        "  " + t("Kept in {file}: change it there, or delete it to have such files detected anew.", file=kept),
    )


def confirm(path: Path, detection: Any, *, lang: Language = "en") -> bool:
    """Show what was detected, its doubts and a preview; ask."""
    import typer
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present import findings_table

    t = translator(lang)
    console = Console(stderr=True, highlight=False)
    sure = f"{detection.confidence:.0%}"
    console.print(Text(t("{file} would be read like this ({sure} sure):", file=path.name, sure=sure), "bold"))
    console.print(detection.mapping.to_toml(), markup=False)
    heads = ["start [UTC]" if name == "start" else name for name in detection.preview.columns]
    table = Table(*heads, box=None, pad_edge=False)
    for row in detection.preview.head(5).iter_rows():
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    if detection.doubts:
        console.print(findings_table(detection.doubts, lang))
    return typer.confirm(t("Is that right?"), default=detection.confidence >= 0.75, err=True)
