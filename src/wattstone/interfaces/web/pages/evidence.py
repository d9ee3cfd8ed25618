"""Evidence: what a number was made from, down to rows, source files and the source of its factors, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast
from urllib.parse import quote

from fastapi import Query
from starlette.responses import Response

from wattstone.base import InputRefused
from wattstone.detection.findings import RANKS
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import figure_name, opened
from wattstone.interfaces.present.numbers import amount, every, interval, percent, written
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.present.waste_words import waste_name
from wattstone.interfaces.web.entry_evidence import entry_facts, entry_title
from wattstone.interfaces.web.kit import Form, action, go, link, page, part, render
from wattstone.interfaces.web.reading import evidence_link
from wattstone.interfaces.web.refusals import refusal
from wattstone.interfaces.web.remedies import reason_here
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.standings import MARKET
from wattstone.programme.kinds import MODULES
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.evidence import EvidenceNode, evidence_of_figure

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_SIZE = 25
_ROWS = 50

_KINDS = {
    "figure": mark("Figure"),
    "slice": mark("Readings"),
    "expression": mark("Virtual meter"),
    "intensity": mark("Intensity of the grid"),
    "weather": mark("Weather"),
    "factor": mark("Emission factor"),
    "tariff": mark("Tariff"),
    "denominator": mark("Denominator"),
    "instrument": mark("Contract or certificate"),
    "allocation": mark("What contracts serve"),
    "source": mark("Source file"),
    "waste": mark("Search for waste and faults"),
    "forecast": mark("Forecast"),
    "plan": mark("Plan"),
    "backtest": mark("Backtest"),
    "sizing": mark("Sizing"),
    "saving": mark("Proof of a saving"),
    "fit": mark("Model of use"),
    "air": mark("Study of compressed air"),
    "plant": mark("Plan of a plant"),
    "run": mark("Run"),
    "programme": mark("Run"),
    "entry": mark("Entry"),
    "entries": mark("Entries"),
    "question": mark("What was asked"),
    "given": mark("What was given"),
    "published": mark("Published number"),
}

_LABELS = {
    "subject": mark("For"), "period": mark("Period"), "reason": mark("Reason"), "basis": mark("Basis"),
    "method": mark("Method"), "estimated": mark("Estimated share"), "coverage": mark("Share with readings"),
    "notes": mark("Notes"), "replaces": mark("Replaces"), "why": mark("Why"), "meter": mark("Meter"),
    "rows": mark("Rows"), "sha256": mark("SHA-256"), "table": mark("Table"), "version": mark("Version"),
    "set": mark("Set"), "edition": mark("Edition"), "region": mark("Region"), "year": mark("Year"),
    "gwp_set": mark("Global warming potentials"), "confidence": mark("Confidence"), "licence": mark("Licence"),
    "source": mark("Source"), "file": mark("File"), "batch": mark("Batch"), "key": mark("Key"),
    "station": mark("Weather station"), "currency": mark("Currency"), "zone": mark("Clock"), "when": mark("When"),
    "valid_from": mark("Valid from"), "expression": mark("Expression"), "name": mark("Name"), "value": mark("Value"),
    "unit": mark("Unit"), "id": mark("Id"), "source_year": mark("Year of the source"), "remark": mark("Remark"),
    "partition": mark("Partition"), "start": mark("Start, UTC"), "seconds": mark("Length [s]"), "flags": mark("Flags"),
    "run": mark("Run"), "grids": mark("By grid"), "uses": mark("Served"), "refused": mark("Without a claim"),
    "grid": mark("Grid"), "carrier": mark("Energy"), "sites": mark("Sites"), "site_id": mark("Site"),
    "instrument": mark("Contract"), "energy": mark("Energy [kWh]"), "owned": mark("Own share [kWh]"),
    "served": mark("Served [kWh]"), "mixed": mark("By the residual mix [kWh]"),
    "module": mark("Part of the programme"), "of": mark("Kind"), "at": mark("As it stood on"),
    "options": mark("Given beside the entries"),
    "averaged": mark("By the grid average [kWh]"), "location": mark("Location-based [kg]"),
}  # fmt: skip

_IN_TITLE = {"name", "label", "value", "unit", "lower", "upper", "kind", "id"}
_SHARES = {"estimated", "coverage"}


_INVENTORY = frozenset(
    "scope1 scope2 scope3 energy volume cost emissions intensity degree_days change match".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Fact:
    """Something known of a thing: words, a link or a table."""

    label: str
    cell: Cell | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Thing:
    """A thing in the chain as it is shown.

    Parameters
    ----------
    id, kind : str
        Its id, and what it is, in words.
    title, value, band : str
        What it is called, its value with unit, its interval.
    facts : tuple of Fact
        What is known of it.
    inputs : int
        How many things it was made from.
    href, part : str
        Its page, and the part of a page with what it was made from.
    restated : str
        Why it replaces another; empty where it does not.
    """

    id: str
    kind: str
    title: str
    value: str
    band: str
    facts: tuple[Fact, ...]
    inputs: int
    href: str
    part: str
    restated: str


@page("/evidence/{wanted:path}", name="evidence", place="report", title=mark("Evidence"), act=Act.READ)
def show(here: "Here", wanted: str, page: int = 1) -> Response:
    """The evidence of a figure, by its id or by NAME@SUBJECT@PERIOD, or of anything it rests on."""
    view = evidence_of_figure(here.workspace, wanted, page=max(page, 1), size=_SIZE)
    if view is None:
        return _missing(here, wanted)
    t = translator(here.lang)
    thing = _thing(here, view.node)
    to = f"/evidence/{quote(wanted, safe='@:')}"
    return render(
        here,
        "pages/evidence.html.j2",
        title=t("{what}: {meter}", what=t("Evidence"), meter=thing.title),
        thing=thing,
        children=[_thing(here, one) for one in view.children],
        view=view,
        before=link(here, to, page=page - 1) if page > 1 else "",
        after=link(here, to, page=page + 1) if page * view.size < view.count else "",
        remark=t(MARKET) if _unknown(view.node, "scope2.market") else "",
        year=_year(view.node),
        recomputable=_recomputable(view.node),
    )


@page("/evidence", name="evidence of a sum", place="report", title=mark("Evidence"), act=Act.READ)
def total(here: "Here", of: Annotated[list[str] | None, Query()] = None, name: str = "", count: int = 0) -> Response:
    """What a number is the sum of, where the sum itself is no figure; without any, the way to a figure."""
    t = translator(here.lang)
    wanted = list(of or ())[:_SIZE]
    if len(wanted) == 1:
        return go(here, f"/evidence/{quote(wanted[0], safe='@:')}")
    views = [view for one in wanted if (view := evidence_of_figure(here.workspace, one, size=1)) is not None]
    said = number_name(name[:80], here.lang) if name else ""
    return render(
        here,
        "pages/evidence_sum.html.j2",
        title=t("{what}: {meter}", what=t("Evidence"), meter=said) if said else t("Evidence"),
        name=said,
        children=[_thing(here, view.node) for view in views],
        more=max(count - len(views), 0) if wanted else 0,
    )


@part("/evidence.part", act=Act.READ)
def below(here: "Here", of: str, page: int = 1) -> Response:
    """What a thing was made from, as a part of a page."""
    view = evidence_of_figure(here.workspace, of, page=max(page, 1), size=_SIZE)
    if view is None:
        return Response("not found", 404, media_type="text/plain")
    more = link(here, "/evidence.part", of=of, page=page + 1) if page * view.size < view.count else ""
    children = [_thing(here, one) for one in view.children]
    return render(here, "pages/evidence_part.html.j2", thing=_thing(here, view.node), children=children, more=more,
                  hidden=view.hidden)  # fmt: skip


@action("/evidence/verify", act=Act.RUN, page="evidence")
def verify(here: "Here", form: Form) -> Response:
    """Ask for the job that recomputes the figures of a year from what they rest on."""
    from wattstone.interfaces.jobs.asking import ask

    t = translator(here.lang)
    year, figure = str(form.get("year", "")), str(form.get("figure", ""))
    try:
        job = ask(here.service.server, here.principal, "verify", {"year": int(year)} if year.isdecimal() else {})
    except InputRefused as refused:
        return go(here, f"/evidence/{quote(figure, safe='@:')}", said=refusal(refused, here.lang), tone="act")
    return go(
        here, f"/jobs/{quote(str(job.id), safe='')}", said=t("The figures of {year} are being checked.", year=year)
    )


def _missing(here: "Here", wanted: str) -> Response:
    t = translator(here.lang)
    inventory = link(here, "/report/inventory")
    words = t(
        "There is no figure '{figure}', or you may not see it. A figure is found by its id, or by "
        "NAME@SUBJECT@PERIOD as scope1@organisation@2019.",
        figure=wanted[:200],
    )
    door, trail = (inventory, t("The whole inventory")), [(t("Inventory"), inventory)]
    return missing(here, t("No such figure"), words, door=door, trail=trail)


def _year(node: EvidenceNode) -> int | None:
    text = str(node.content.get("period") or "")[:4]
    return int(text) if text.isdecimal() and len(text) == 4 else None


def _unknown(node: EvidenceNode, name: str) -> bool:
    """Whether it is a figure of that name without a value."""
    return node.content.get("name") == name and node.content.get("value") is None


def _recomputable(node: EvidenceNode) -> bool:
    """Whether it is a figure of an inventory, which checking computes again; those of runs are kept as they were."""
    family = str(node.content.get("name") or "").partition(".")[0]
    return node.kind == "figure" and (family in _INVENTORY or family in MODULES) and _year(node) is not None


def _thing(here: "Here", node: EvidenceNode) -> Thing:
    t, content = translator(here.lang), node.content
    value, unit = content.get("value"), str(content.get("unit") or "")
    known = isinstance(value, int | float) and not isinstance(value, bool)
    kind = t(_KINDS[node.kind]) if node.kind in _KINDS else node.kind
    band = ""
    if known and content.get("lower") is not None and content.get("upper") is not None:
        band = interval(float(cast("float", value)), content["lower"], content["upper"], unit, here.lang)
    said = amount(float(cast("float", value)), unit, here.lang) if known else ""
    if not known and node.kind == "figure":
        said = t("missing") if content.get("missing") else t("not computed")
    return Thing(
        id=node.id,
        kind=kind,
        title=_title(here, node),
        value=said,
        band=band,
        facts=tuple(_facts(here, node)),
        inputs=node.inputs,
        href=evidence_link(here, node.id),
        part=link(here, "/evidence.part", of=node.id),
        restated=reason_here(str(content.get("why") or ""), here.lang) if content.get("replaces") else "",
    )


def _title(here: "Here", node: EvidenceNode) -> str:
    content = node.content
    if node.kind == "figure":
        if label := content.get("label"):
            return opened(translator(here.lang)(str(label)))
        return _figure(str(content.get("name") or node.id), here.lang)
    if node.kind == "entry":
        return entry_title(here, content)
    if node.kind == "instrument":
        return str(content.get("id") or node.id)
    if node.kind == "allocation":
        return str(content.get("year") or node.id)
    for key in ("meter", "file", "station", "name", "set", "region"):
        if content.get(key):
            rows = cast("Sequence[Mapping[str, Any]]", content.get("rows") if key == "set" else ())
            return str(rows[0]["name"]) if rows else str(content[key])
    return node.id.partition(":")[2] or node.id


_WORTH = {"energy": mark("energy"), "cost": mark("cost"), "emissions": mark("emissions"),
          "unmeasured": mark("energy that was not measured")}  # fmt: skip


def _figure(name: str, lang: Language) -> str:
    """What a figure is called; those of findings by what was found."""
    t = translator(lang)
    family, _, rest = name.partition(".")
    code, _, what = rest.rpartition(".")
    if family == "waste" and what in _WORTH and (code in RANKS or code.startswith("meter_")):
        return t("{what}: {meter}", what=waste_name(code, lang), meter=t(_WORTH[what]))
    return opened(figure_name(name, lang))


def _facts(here: "Here", node: EvidenceNode) -> Iterator[Fact]:
    t = translator(here.lang)
    value, unit = node.content.get("value"), str(node.content.get("unit") or "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield Fact(t("Value in full"), Cell(f"{every(float(value))} {written(unit)}".rstrip(), numeric=True))
    if node.kind == "entry":
        yield from (Fact(label, cell) for label, cell in entry_facts(here, node.content))
    for key, content in node.content.items():
        if node.kind == "entry" or key in _IN_TITLE or content in (None, "", [], {}, ()):
            continue
        label = t(_LABELS[key]) if key in _LABELS else opened(key.replace("_", " "))
        yield from _fact(here, key, label, content)
    yield Fact(t("Id"), Cell(node.id, code=True))


def _fact(here: "Here", key: str, label: str, content: Any) -> Iterator[Fact]:
    """One thing that is known, as words, as a link, as a list or as a table."""
    if key == "subject":
        yield Fact(label, _subject(here, str(content)))
    elif key == "replaces":
        yield Fact(label, Cell(str(content), str(content)))
    elif key in _SHARES and isinstance(content, int | float):
        yield Fact(label, Cell(percent(float(content), here.lang)))
    elif isinstance(content, Mapping):
        for name, one in cast("Mapping[str, Any]", content).items():
            if one not in (None, "", [], {}):
                yield Fact(f"{label}: {opened(str(name).replace('_', ' '))}", Cell(_plain(one)))
    elif isinstance(content, list | tuple):
        yield from _listed(here, key, label, cast("Sequence[Any]", content))
    else:
        yield Fact(label, Cell(reason_here(_plain(content), here.lang), code=key in ("sha256", "method", "key")))


def _subject(here: "Here", subject: str) -> Cell:
    """What a figure is about, in words; a site leads to its page."""
    t = translator(here.lang)
    kind, _, ident = subject.partition(":")
    if kind == "site":
        return Cell(t("site {site}", site=ident), href=link(here, f"/sites/{quote(ident, safe='')}"))
    if kind == "meter":
        return Cell(t("meter {meter}", meter=ident))
    if kind in ("entry", "partner", "community"):
        return Cell(ident)
    return Cell(t("the whole organisation") if kind == "organisation" else subject)


def _listed(here: "Here", key: str, label: str, content: Sequence[Any]) -> Iterator[Fact]:
    t = translator(here.lang)
    if not all(isinstance(one, Mapping) for one in content):
        said = [reason_here(_plain(one), here.lang) if key == "notes" else _plain(one) for one in content[:_ROWS]]
        yield Fact(label, Cell(t("; ").join(said)))
        return
    rows = [cast("Mapping[str, Any]", one) for one in content]
    names = list(dict.fromkeys(name for one in rows for name, value in one.items() if value not in (None, "", [])))
    heads = tuple(Head(t(_LABELS[name]) if name in _LABELS else opened(name.replace("_", " "))) for name in names)
    cells = tuple(
        tuple(Cell(_said(here, name, one.get(name)), code=name == "sha256") for name in names) for one in rows[:_ROWS]
    )
    more = len(rows) - len(cells)
    yield Fact(label, table=Table(heads, cells, t("and {count} more", count=more) if more > 0 else ""))


def _said(here: "Here", name: str, value: Any) -> str:
    """A value of a table; a reason in the reader's language."""
    return reason_here(_plain(value), here.lang) if name == "why" else _plain(value)


def _plain(value: Any) -> str:
    """A value as it is: whole numbers as they are, since they are years, versions and counts."""
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in cast("Sequence[Any]", value))
    if isinstance(value, float):
        return every(value)
    return "" if value is None else str(value)
