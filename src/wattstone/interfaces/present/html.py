"""The report as one HTML file that needs nothing else: no network, no script, no font of its own."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from wattstone.interfaces.present.charts import NARROW, Drawing
from wattstone.interfaces.present.content import Report, Table
from wattstone.interfaces.present.csvs import csv_text
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.report import build_report
from wattstone.interfaces.present.tokens import css_variables
from wattstone.inventory.document import InventoryDocument


@dataclass(frozen=True)
class _File:
    """A download that is inside the page."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True)
class Drawn:
    """A drawing for a wide and for a narrow screen, and as files."""

    wide: Markup
    narrow: Markup
    files: tuple[_File, ...]


def render_html(document: InventoryDocument, lang: Language) -> str:
    """The report as a self-contained page.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    lang : {'en', 'zh'}

    Returns
    -------
    str
        HTML with a content-security policy that allows its own style sheet alone: nothing is loaded, no script runs.
    """
    return render_page(build_report(document, lang))


def render_page(report: Report) -> str:
    """A report as a self-contained page."""
    return page_template("report.html.j2").render(
        report=report,
        drawn={drawing.key: drawn(drawing) for drawing in _drawings(report)},
        **page_style("report.css"),
    )


def _drawings(report: Report) -> Iterator[Drawing]:
    if report.lead is not None:
        yield report.lead
    for section in report.sections:
        yield from section.drawings


def drawn(drawing: Drawing) -> Drawn:
    """A drawing for a page; names of sites come into it as text that the renderer has escaped."""
    wide, narrow = drawing.svg(inline=True), drawing.svg(NARROW, inline=True)
    alone, pixels = drawing.alone()
    png = base64.b64encode(pixels).decode()
    return Drawn(
        Markup(wide),  # noqa: S704
        Markup(narrow),  # noqa: S704
        (
            _File("CSV", f"{drawing.key}.csv", "data:text/csv;charset=utf-8," + quote(_csv(drawing.table))),
            _File("SVG", f"{drawing.key}.svg", "data:image/svg+xml;charset=utf-8," + quote(alone)),
            _File("PNG", f"{drawing.key}.png", "data:image/png;base64," + png),
        ),
    )


def _csv(table: Table) -> str:
    return csv_text([head.text for head in table.heads], [[cell.text for cell in row] for row in table.rows])


@cache
def page_style(*names: str) -> dict[str, str]:
    """The style sheet of a self-contained page, and its hash for the page's policy.

    Parameters
    ----------
    *names : str
        Files among the templates, laid over each other in this order.
    """
    folder = files("wattstone.interfaces.present").joinpath("templates")
    style = css_variables() + "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {"style": Markup(style), "style_hash": digest}  # noqa: S704 - our own files


@cache
def page_template(name: str) -> jinja2.Template:
    """A template of a self-contained page; whatever stands in it is escaped."""
    loader = jinja2.FunctionLoader(
        lambda name: files("wattstone.interfaces.present").joinpath("templates", name).read_text(encoding="utf-8")
    )
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
