"""Opportunities: findings and measures as cards of a board, each with its page, and the way from finding to measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.waste import day_drawing, weeks_drawing
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import counter, day, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import amount, interval, percent
from wattstone.interfaces.present.overview_names import state_name
from wattstone.interfaces.present.waste_words import waste_action, waste_found, waste_name
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import Form, action, chart, go, link, page, render
from wattstone.interfaces.web.looked import looked_here
from wattstone.interfaces.web.reading import claim_words, number_cell
from wattstone.interfaces.web.results import air_assessed, asked_before, failed, missing, name_of, running, runs
from wattstone.workflows.access.policy import EVERYWHERE, Act, Forbidden
from wattstone.workflows.overview.board import Board, board, card_of
from wattstone.workflows.overview.cards import STATES, Card
from wattstone.workflows.overview.findings import finding_of
from wattstone.workflows.overview.moving import as_measure, move
from wattstone.workflows.overview.numbers import Number

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_SIZE = 20
_BY = ("kg", "money", "energy")
_SAID = (
    "name",
    "owner",
    "description",
    "baseline",
    "reporting",
    "expected_saving",
    "expected_unit",
    "cost",
    "currency",
)


@dataclass(frozen=True)
class CardView:
    """A card as it is shown on the board.

    Parameters
    ----------
    card : Card
        Itself.
    title, when : str
        What, since when.
    place : tuple of str
        The site, and its meters.
    worth : tuple of Cell
        Emissions, money, energy, as far as they are known.
    yearly : bool
        Whether that is meant of a year; a percentage is not.
    href : str
        Its page.
    """

    card: Card
    title: str
    place: tuple[str, ...]
    when: str
    worth: tuple[Cell, ...]
    yearly: bool
    href: str


@page("/action", name="opportunities", place="action", title=mark("Opportunities"), tab=mark("Opportunities"),
      act=Act.READ, order=10)  # fmt: skip
def show(here: "Here", request: Request, site: str = "", code: str = "", owner: str = "", by: str = "kg") -> Response:
    """The board."""
    ranked = by if by in _BY else "kg"
    pages = {state: _page(request, state) for state in STATES}
    found = board(
        here.workspace,
        site=site or None,
        code=code or None,
        owner=owner or None,
        by=cast("Any", ranked),
        size=_SIZE,
        page=pages,
    )
    asked = {"site": site, "code": code, "owner": owner, "by": ranked if ranked != "kg" else None}
    fell = failed(here, ["detection"])
    form = job_form(here, "detection", back="/action", values=asked_before(fell))
    nothing = not any(column.count for column in found.columns) and not (site or code or owner)
    return render(
        here,
        "pages/opportunities.html.j2",
        nothing=nothing,
        readings=bool(here.workspace.lake.parts("readings")),
        assessed=found.run is None and air_assessed(here),
        looked=looked_here(here) if nothing and found.run is not None else None,
        running=running(here, ["detection"]),
        failed=fell,
        form=form if here.principal.may(Act.RUN, EVERYWHERE) else None,
        newest=next(iter(runs(here, ["detection"])), None),
        name_of=name_of,
        sentence=_sentence(here, found),
        found=found,
        columns=[(one, state_name(one.state, here.lang), [_view(here, card) for card in one.cards])
                 for one in found.columns],
        states=[(state, state_name(state, here.lang)) for state in STATES],
        codes=[(one, waste_name(one, here.lang)) for one in found.codes],
        asked={**asked, "by": ranked},
        more=_more(here, found, pages, asked),
        address=_address(request),
    )  # fmt: skip


def _page(request: Request, state: str) -> int:
    text = request.query_params.get(f"p_{state}", "")
    return int(text) if text.isdecimal() and 0 < int(text) < 10_000 else 1


def _address(request: Request) -> str:
    return "/action" + (f"?{request.url.query}" if request.url.query else "")


def _more(here: "Here", found: Board, pages: Mapping[str, int], asked: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Addresses of the page before and after this one, by column; empty where there is none."""
    turned = {f"p_{state}": number for state, number in pages.items() if number > 1}
    doors: dict[str, tuple[str, str]] = {}
    for one in found.columns:
        at = pages[one.state]
        back = link(here, "/action", **asked, **{**turned, f"p_{one.state}": at - 1}) if at > 1 else ""
        left = one.count > at * _SIZE
        doors[one.state] = (
            back,
            link(here, "/action", **asked, **{**turned, f"p_{one.state}": at + 1}) if left else "",
        )
    return doors


def _sentence(here: "Here", found: Board) -> str:
    t, n = translator(here.lang), counter(here.lang)
    waiting = next((one for one in found.columns if one.state == "open"), None)
    if waiting is None or not waiting.count:
        return ""
    cards = n("{count} card is open", "{count} cards are open", waiting.count)
    if waiting.kg is None:
        return t("{cards}.", cards=cards)
    return t("{cards}, together worth {amount} a year.", cards=cards, amount=amount(waiting.kg, "kg CO2e", here.lang))


def _view(here: "Here", card: Card) -> CardView:
    t = translator(here.lang)
    title = (waste_name(card.code, here.lang) if card.code else None) or card.name or card.measure_id or card.key
    place = tuple(part for part in (card.site_name or card.site_id, *card.meters[:2]) if part)
    when = t("since {day}", day=day(cast("Any", card.since), here.lang)) if card.since else ""
    if card.since and card.until:
        first, last = day(cast("Any", card.since), here.lang), day(cast("Any", card.until), here.lang)
        when = first if first == last else t("{first} to {last}", first=first, last=last)
    known = [one for one in (card.kg, card.money, card.energy) if one is not None and one.value]
    worth = tuple(_worth(here, one) for one in known)
    yearly = any(one.unit != "%" for one in known)
    return CardView(card, title, place, when, worth, yearly, link(here, f"/action/cards/{quote(card.key, safe='')}"))


def _worth(here: "Here", one: Number) -> Cell:
    """What it is worth; a claim in per cent says of what."""
    if one.value is not None and one.unit == "%":
        return Cell(claim_words(one.value, one.unit, here.lang), numeric=True)
    return number_cell(here, one)


@page("/action/cards/{key}", name="card", place="action", title=mark("Opportunity"), act=Act.READ)
def one(here: "Here", key: str, state: str = "") -> Response:
    """A card with its evidence, what was said of it, and the forms."""
    card = card_of(here.workspace, key)
    return _missing(here) if card is None else _card(here, card, {"state": state})


def _missing(here: "Here") -> Response:
    t = translator(here.lang)
    board, words = link(here, "/action"), t("There is no such finding or measure, or you may not see it.")
    return missing(here, t("No such card"), words, door=(board, t("The board")), trail=[(t("Opportunities"), board)])


def _card(
    here: "Here", card: Card, form: Mapping[str, str], *, findings: Sequence[Finding] = (), status: int = 200
) -> Response:
    t = translator(here.lang)
    row = _row(here, card)
    view = _view(here, card)
    wanted = form.get("state") or ""
    return render(
        here,
        "pages/card.html.j2",
        title=view.title,
        trail=[(t("Opportunities"), link(here, "/action"))],
        status=status,
        findings=findings,
        view=view,
        card=card,
        sentence=_told(here, card, row),
        todo=waste_action(card.code, here.lang) if card.code else "",
        numbers=_numbers(here, card),
        rests=_rests(here, card),
        sure=percent(card.confidence, here.lang) if card.confidence is not None else "",
        drawings=_drawings(here, row),
        states=[(state, state_name(state, here.lang)) for state in STATES],
        state=wanted if wanted in STATES else card.state,
        form={**_defaults(here, card, view), **{name: value for name, value in form.items() if value}},
        key_path=f"/action/cards/{quote(card.key, safe='')}",
    )


def _told(here: "Here", card: Card, row: dict[str, Any] | None) -> str:
    if row is None or card.code is None:
        return ""
    t = translator(here.lang)
    return t("{place}: {found}", place=listed(card.meters, here.lang), found=waste_found(row, here.lang)) + t(".")


def _row(here: "Here", card: Card) -> dict[str, Any] | None:
    """The finding behind a card, with the series of its pictures."""
    return finding_of(here.workspace, card.key) if card.kind == "finding" else None


def _drawings(here: "Here", row: dict[str, Any] | None) -> list[Drawing]:
    if row is None:
        return []
    drawn = (weeks_drawing(row, here.lang), day_drawing(row, here.lang))
    return [drawing for drawing in drawn if drawing is not None]


@chart("/action/cards/{key}/charts/{name}", act=Act.READ)
def card_chart(here: "Here", key: str, name: str) -> Drawing | None:
    """The pictures of a finding as files."""
    card = card_of(here.workspace, key)
    row = None if card is None else _row(here, card)
    return next((one for one in _drawings(here, row) if one.key == name), None)


def _numbers(here: "Here", card: Card) -> list[tuple[str, Cell, str]]:
    """What it is worth a year, each with its interval."""
    t = translator(here.lang)
    shares = card.energy is not None and card.energy.unit == "%"
    claimed = t("Claimed saving") if shares else t("Claimed saving a year")
    energy = claimed if card.kind == "measure" else t("Energy a year")
    emitted = t("Claimed saving a year") if card.kind == "measure" else t("Emissions a year")
    named = ((energy, card.energy), (t("Money a year"), card.money), (emitted, card.kg))
    return [
        (title, _worth(here, number), _band(here, card, number))
        for title, number in named
        if number is not None and number.value is not None
    ]


def _band(here: "Here", card: Card, number: Number) -> str:
    """Its interval; a claim has none."""
    t = translator(here.lang)
    band = interval(number.value or 0.0, number.lower, number.upper, number.unit, here.lang)
    return band or (t("claimed, not measured") if card.kind == "measure" else t("interval not known"))


def _rests(here: "Here", card: Card) -> list[tuple[str, str]]:
    """The figures that it rests on, each with what it is; empty where that is not known."""
    t = translator(here.lang)
    titles = ((card.energy, t("Energy a year")), (card.money, t("Money a year")), (card.kg, t("Emissions a year")))
    named = {one.figure: title for one, title in titles if one is not None and one.figure}
    return [(named.get(figure, ""), figure) for figure in card.figures]


def _defaults(here: "Here", card: Card, view: CardView) -> dict[str, str]:
    """What the form of a measure begins with: the finding's worth is its claim."""
    energy = card.energy.value if card.energy is not None else None
    return {
        "measure": f"{card.site_id}-{(card.code or 'measure').replace('_', '-')}",
        "name": view.title,
        "expected_saving": "" if energy is None else f"{energy:.0f}",
        "expected_unit": card.energy.unit if card.energy is not None else "",
        "owner": card.owner or "",
        "note": card.note or "",
        "due": card.due.isoformat() if card.due else "",
        "currency": here.workspace.records.organisation().currency,
    }


@action("/action/move", act=Act.DECIDE, page="card")
def moved(here: "Here", form: Form) -> Response:
    """Move a card, or change what is said of it."""
    return _move(here, {name: str(value) for name, value in form.items()})


def _move(here: "Here", form: Mapping[str, str]) -> Response:
    key = form.get("card", "")
    before = card_of(here.workspace, key)
    if before is None:
        return _missing(here)
    t = translator(here.lang)
    state = form.get("state", "")
    try:
        due = date.fromisoformat(form["due"]) if form.get("due") else None
        if state not in STATES:
            raise InputRefused([_no_state(state)])
        note, owner = form.get("note") or None, form.get("owner") or None
        after = move(here.workspace, key, state, note=note, owner=owner, due=due)
    except ValueError:
        return _card(here, before, form, findings=[_no_day(form.get("due", ""))], status=422)
    except Forbidden:
        raise
    except InputRefused as refused:
        return _card(here, before, form, findings=refused.findings, status=422)
    title = _view(here, after).title
    said = t("{what}: now {state}.", what=title, state=state_name(after.state, here.lang))
    back = form.get("back", "")
    to = back if back.startswith("/action") else f"/action/cards/{quote(key, safe='')}"
    was = {"card": key, "state": before.state, "note": before.note or "", "owner": before.owner or "",
           "due": before.due.isoformat() if before.due else "", "back": to}  # fmt: skip
    return go(here, to, said=said, undo="/action/move", fields=was)


@action("/action/plan", act=Act.DECIDE, page="card")
def planned(here: "Here", form: Form) -> Response:
    """Make a measure of a finding."""
    return _plan(here, {name: str(value) for name, value in form.items()})


def _plan(here: "Here", form: Mapping[str, str]) -> Response:
    key = form.get("card", "")
    card = card_of(here.workspace, key)
    if card is None:
        return _missing(here)
    t = translator(here.lang)
    said = {name: form[name].strip() for name in _SAID if form.get(name, "").strip()}
    for number, unit in (("expected_saving", "expected_unit"), ("cost", "currency")):
        if number not in said:  # the form sends the unit of what was left out too
            said.pop(unit, None)
    try:
        as_measure(here.workspace, key, form.get("measure", "").strip(), said)
    except Forbidden:
        raise
    except InputRefused as refused:
        return _card(here, card, form, findings=refused.findings, status=422)
    return go(
        here,
        f"/action/cards/{quote(key, safe='')}",
        said=t("{name} is planned as a measure.", name=said.get("name", "")),
    )


def _no_state(state: str) -> Finding:
    return Finding(
        code="board.state",
        place="field 'state'",
        found="there is no column called '{state}'",
        params={"state": state},
        expected="a column of the board",
        remedy="choose one of the list",
    )


def _no_day(text: str) -> Finding:
    return Finding(
        code="board.due",
        place="field 'due'",
        found="'{text}' is no date",
        params={"text": text},
        expected="a date as 2026-05-31",
        remedy="choose it from the calendar, or leave it empty",
    )
