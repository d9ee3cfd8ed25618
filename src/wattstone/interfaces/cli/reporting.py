"""Documents and report files of a year, for the commands that make them."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wattstone.interfaces.cli.opening import writing

if TYPE_CHECKING:
    from wattstone.inventory.document import InventoryDocument
    from wattstone.workflows.inventory import Inventory
    from wattstone.workflows.workspace import Workspace

Form = Literal["html", "pdf"]


def inventory_document(workspace: "Workspace", inventory: "Inventory", *, quality: bool = True) -> "InventoryDocument":
    """The document of a year, with the quality of its readings if that is wanted."""
    from wattstone.workflows.quality import assess_quality
    from wattstone.workflows.report import document_of

    return document_of(workspace, inventory, assess_quality(workspace, inventory.year) if quality else None)


def chosen(document: "InventoryDocument", *, basis: str | None, scope: int | None) -> "InventoryDocument":
    """The document with the figures that were asked for; files hold all of them.

    Parameters
    ----------
    document : InventoryDocument
        Of a year.
    basis : {'location', 'market'} or None
        By which method scope 2 and the totals are told; both where None.
    scope : int or None
        The only one that is told; all, and energy and cost with them, where None.
    """
    import polars as pl

    name, keep = pl.col("name").str.strip_prefix("change."), pl.lit(value=True)
    if basis is not None:
        other = "market" if basis == "location" else "location"
        keep &= ~name.str.contains(rf"^(scope2|total)\.{other}")
    if scope is not None:
        keep &= name.str.contains(rf"^scope{scope}(\.|$)")
    return replace(document, figures=document.figures.filter(keep))


def write_report(
    workspace: "Workspace",
    inventory: "Inventory",
    document: "InventoryDocument",
    *,
    lang: Literal["en", "zh"],
    form: Form,
    to: Path | None,
    font_paths: tuple[Path, ...] = (),
) -> Path:
    """Write the report; one that is there and says the same is left as it is."""
    from wattstone import __version__

    path = to or workspace.root / "reports" / f"inventory-{inventory.year}-{lang}.{form}"
    ids = "".join(sorted(inventory.figures["id"]))
    mark = hashlib.sha256(f"{__version__}{lang}{form}{ids}{document.mend}".encode()).hexdigest()
    beside = path.parent / f".{path.name}.mark"
    if path.is_file() and beside.is_file() and beside.read_text() == mark + _hash(path):
        return path
    if form == "html":
        from wattstone.interfaces.present import render_html

        content = render_html(document, lang).encode()
    else:
        from wattstone.interfaces.present import render_pdf

        content = render_pdf(document, lang, font_paths=font_paths)
    with writing(path):
        path.write_bytes(content)
        beside.write_text(mark + _hash(path))
    return path


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
