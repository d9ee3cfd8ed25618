"""Sites, their spaces and meters: what there is, declared and corrected."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.countries import countries
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.names import approach_name, kind_name, type_name
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.held import held_choices, held_rows, held_said, held_today, typed_of
from wattstone.interfaces.web.kit import Form, action, csv_file, go, link, page, part, render
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.workflows.access.policy import Act
from wattstone.workflows.declare import declare_meter, declare_site, declare_space
from wattstone.workflows.place_table import import_places, site_rows

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

SIZE = 50
_FIELDS = {
    "site": {
        "name": mark("Name"),
        "type": mark("Type, as office"),
        "floor_area": mark("Floor area"),
        "address": mark("Address"),
        "city": mark("City"),
        "country": mark("Country"),
        "grid_region": mark("Grid region, as CN-GD"),
        "zone": mark("Clock, as Asia/Shanghai"),
        "weather_station": mark("Weather station"),
        "latitude": mark("Latitude"),
        "longitude": mark("Longitude"),
    },
    "meter": {
        "site_id": mark("Site"),
        "kind": mark("What it measures"),
        "unit": mark("Unit, as kWh"),
        "reading": mark("What a reading is"),
        "direction": mark("Seen from the site"),
        "multiplier": mark("Every reading times"),
        "sign": mark("Sign, 1 or -1"),
        "space_id": mark("Space it serves"),
        "parent_id": mark("Meter that already counts it"),
        "expression": mark("Virtual meter, as main - tenant"),
        "personal": mark("Readings of a dwelling or a driver"),
    },
    "space": {
        "site_id": mark("Site"),
        "name": mark("Name"),
        "parent_id": mark("Space it is part of"),
        "floor_area": mark("Floor area"),
    },
}
_NEW = {"site": mark("Declare a site"), "meter": mark("Declare a meter"), "space": mark("Declare a space")}
_OPTIONAL = frozenset({"name", "type", "floor_area", "address", "city", "country", "grid_region", "weather_station",
                       "latitude", "longitude", "space_id", "parent_id", "expression"})  # fmt: skip
_UNITS = {"floor_area": "m²", "latitude": "°", "longitude": "°"}
_CHOICES = {
    "reading": (("", ""), ("interval", mark("use of an interval")), ("register", mark("a counter")),
                ("power", mark("mean power"))),
    "direction": (("", ""), ("import", mark("import")), ("export", mark("export"))),
    "personal": (("", ""), ("no", mark("no")), ("yes", mark("yes"))),
}  # fmt: skip
_FLAGS = {"yes": True, "no": False}


@page("/data/places", name="places", place="data", title=mark("Sites and meters"), tab=mark("Sites and meters"),
      act=Act.READ, order=30)  # fmt: skip
def places(here: "Here", what: str = "site", q: str = "", page: int = 1) -> Response:
    """Sites, meters or spaces, found by words."""
    what = what if what in _FIELDS else "site"
    every_one = tuple(_known(here, what).values())
    wanted = q.strip().lower()[:200]
    found = [one for one in every_one if not wanted or wanted in _words(one)]
    number = max(1, min(page, (len(found) - 1) // SIZE + 1)) if found else 1
    rows = tuple(_row(here, what, one) for one in found[(number - 1) * SIZE : number * SIZE])
    return render(
        here, "pages/places.html.j2", what=what, q=q, count=len(found), table=Table(_heads(here, what), rows),
        approach=_approach(here) if what == "site" else "", number=number, size=SIZE, whole=len(every_one),
        sites=len(every_one) if what == "site" else len(_sites(here)),
    )  # fmt: skip


def _heads(here: "Here", what: str) -> tuple[Head, ...]:
    t = translator(here.lang)
    area = Head(t("Floor area [m²]"), True)
    if what == "site":
        texts = (t("Id"), t("Name"), t("Type"), t("Country"), t("Grid region"), t("Clock"))
        return (*map(Head, texts), area, Head(t("Counts today")))
    if what == "space":
        return (*map(Head, (t("Id"), t("Name"), t("Site"), t("Part of"))), area)
    return tuple(map(Head, (t("Id"), t("Site"), t("What it measures"), t("Unit"), t("Part of"))))


def _sites(here: "Here") -> tuple[Any, ...]:
    return here.workspace.records.sites()


def _words(one: Any) -> str:
    return " ".join(str(getattr(one, name, "") or "") for name in ("id", "name", "city", "site_id", "kind")).lower()


def _row(here: "Here", what: str, one: Any) -> tuple[Cell, ...]:
    site = link(here, f"/sites/{quote(one.id if what == 'site' else one.site_id, safe='')}")
    edits = here.principal.may(Act.DECLARE, one.id if what == "site" else one.site_id)
    own = Cell(
        one.id, href=link(here, f"/data/places/{what}", id=one.id) if edits else site if what == "site" else None
    )
    if what == "meter":
        return (
            own, Cell(one.site_id, href=site),
            Cell(kind_name(one.kind, here.lang)),
            Cell(one.unit), Cell(one.parent_id or ""),
        )  # fmt: skip
    area = "" if one.floor_area is None else every(one.floor_area)
    if what == "space":
        return (own, Cell(one.name or ""), Cell(one.site_id, href=site), Cell(one.parent_id or ""),
                Cell(area, numeric=True))  # fmt: skip
    kind = type_name(one.type, here.lang) if one.type else ""
    texts = [one.name or "", kind, *(str(getattr(one, name) or "") for name in ("country", "grid_region", "zone"))]
    organisation = here.workspace.records.organisation()
    counts = held_today(one, organisation.approach, datetime.now(UTC).date(), here.lang)
    return (own, *map(Cell, texts), Cell(area, numeric=True), Cell(counts))


def _approach(here: "Here") -> str:
    return approach_name(here.workspace.records.organisation().approach, here.lang)


@part("/data/places.csv", act=Act.EXPORT)
def exported(here: "Here") -> Response:
    """All sites with how each is held, as the table that is taken in again."""
    names, rows = site_rows(_sites(here))
    table = Table(tuple(map(Head, names)), tuple(tuple(map(Cell, row)) for row in rows))
    return csv_file(table, "sites")


@page("/data/places/{what}", name="place", place="data", title=mark("Declare"), act=Act.DECLARE)
def edit(here: "Here", what: str, id: str = "") -> Response:  # noqa: A002 - as the address calls it
    """The form of a site, a meter or a space; with its id, what is said of it now."""
    if what not in _FIELDS:
        return missing(here)
    known = _known(here, what)
    typed = {name: _typed(getattr(known[id], name)) for name in _FIELDS[what]} if id in known else {}
    if what == "site" and id in known:
        typed |= typed_of(known[id].control)
    return _form(here, what, {**typed, "id": id, "opened": id if id in known else ""})


def _known(here: "Here", what: str) -> dict[str, Any]:
    records = here.workspace.records
    listing = {"site": records.sites, "meter": records.meters, "space": records.spaces}
    return {one.id: one for one in listing[what]()}


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)


@action("/data/places/{what}", act=Act.DECLARE, page="place")
def declare(here: "Here", form: Form, what: str) -> Response:
    """Declare a site, a meter or a space, or correct what is said of it."""
    t = translator(here.lang)
    if what not in _FIELDS:
        return missing(here)
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    name = typed.get("id", "")
    known = _known(here, what).get(name)
    was = {} if known is None else {key: _typed(getattr(known, key)).strip() for key in _FIELDS[what]}
    said: dict[str, Any] = {key: _FLAGS.get(typed[key], typed[key]) if key == "personal" else typed[key]
                            for key in _FIELDS[what] if typed.get(key) and typed[key] != was.get(key)}  # fmt: skip
    if name and typed.get("opened") == name:  # who saw what was said, and emptied a field, takes that back
        said |= {key: None for key in _FIELDS[what] if key in _OPTIONAL and was.get(key) and typed.get(key) == ""}
    if what == "site":
        said |= _held(typed, () if known is None else known.control)
    how = {"site": declare_site, "meter": declare_meter, "space": declare_space}[what]
    try:
        if not name:
            raise InputRefused([_no_id()])
        if known is not None and not said:  # as it opened: who said so stays, too
            return go(here, f"/data/places?what={what}&q={quote(name)}", said=t("Nothing was changed."))
        how(here.workspace, name, said, who=here.principal.name)
    except InputRefused as refused:
        found = tuple(_at_row(one) for one in refused.findings)
        return _form(here, what, typed, found=found, status=status_of(refused))
    return go(here, f"/data/places?what={what}&q={quote(name)}", said=t("Declared: {name}.", name=name))


def _held(typed: dict[str, str], before: tuple[Any, ...]) -> dict[str, Any]:
    """What is said of how a site is held, where that is not what was said before; None takes it back."""
    now = held_said(typed)
    if now == held_said(typed_of(before)) or (before and typed.get("opened") != typed.get("id")):
        return {}
    return {"control": now or None}


def _at_row(one: Finding) -> Finding:
    """A finding about how a site is held, so that it stands above the rows of the form."""
    held = one.code == "site.control" or ", control" in one.place
    return replace(one, params={**one.params, "field": "control"}) if held else one


@action("/data/places/{what}/table", act=Act.DECLARE, page="place")
async def imported(here: "Here", request: Request, what: str) -> Response:
    """Take the sites or the meters of a table in: all of them, or none."""
    t = translator(here.lang)
    if what not in ("site", "meter"):
        return missing(here)
    kind = "meter" if what == "meter" else "site"
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(import_places, here.workspace, kind, files[0], who=here.principal.name)
    except InputRefused as refused:
        return _form(here, what, {}, rows=refused.findings, status=status_of(refused))
    counts = {"new": done.new, "changed": done.changed, "same": done.same}
    said = t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts)
    return go(here, f"/data/places?what={what}", said=said)


def _form(
    here: "Here",
    what: str,
    typed: dict[str, str],
    *,
    found: tuple[Finding, ...] = (),
    rows: tuple[Finding, ...] = (),
    status: int = 200,
) -> Response:
    """The form with what is wrong at its fields, and above it what is wrong with the rows of a table."""
    t = translator(here.lang)
    choices = {
        name: [(key, t(words) if words else t("as it is")) for key, words in some] for name, some in _CHOICES.items()
    }
    choices["site_id"] = [("", ""), *((one.id, one.name or one.id) for one in _sites(here))]
    choices["country"] = [("", ""), *countries(here.lang)]
    choices |= {name: _named(here, whose, typed, name) for name, whose in (("parent_id", what), ("space_id", "space"))}
    opened = typed.get("opened", "")
    return render(
        here, "pages/place.html.j2", title=t("Correct {name}", name=opened) if opened else t(_NEW[what]), what=what,
        trail=[(t("Sites and meters"), link(here, "/data/places", what=what))], typed=typed, choices=choices,
        lines=[(name, t(words), _UNITS.get(name, "")) for name, words in _FIELDS[what].items()], found=rows,
        findings=found, fields=("id", "control", *_FIELDS[what]), status=status, opened=opened,
        held=held_rows(typed) if what == "site" else (), ways=held_choices(here.lang),
        approach=_approach(here) if what == "site" else "",
    )  # fmt: skip


def _named(here: "Here", whose: str, typed: dict[str, str], name: str) -> list[tuple[str, str]]:
    """Meters or spaces that a field may name: those of the site, if it is known; none; and what is said now."""
    if whose == "site":
        return []
    site, now, own = typed.get("site_id", ""), typed.get(name, ""), typed.get("id", "")
    known = _known(here, whose).values()
    held = [one.id for one in known if site in ("", one.site_id) and (whose == "space" or one.id != own)]
    held = [one for one in held if name != "parent_id" or one != own]
    t = translator(here.lang)
    return [("", t("none")), *((one, one) for one in [*held, *([now] if now and now not in held else [])])]


def _no_id() -> Finding:
    return Finding(
        code="place.id",
        place="field 'id'",
        found="no id is given",
        expected="a short name that stays",
        remedy="name it",
    )
