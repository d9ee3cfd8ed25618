"""The board: cards in their columns, moved by a form, dismissed for a reason, planned as measures."""

from typing import Any

import pytest

from tests.interfaces.web import estates
from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.base import Finding, InputRefused
from wattstone.interfaces.web import looked
from wattstone.interfaces.web.pages import opportunities
from wattstone.interfaces.web.shell import unpack
from wattstone.workflows.access import Role
from wattstone.workflows.overview.cards import Card
from wattstone.workflows.overview.searched import Look, Searched


def refused(field: str) -> InputRefused:
    return InputRefused(
        [
            Finding(
                code="board.no_reason",
                place=f"field '{field}'",
                found="it is dismissed without a reason",
                expected="why it is no opportunity",
                remedy="say why in a sentence",
            )
        ]
    )


def test_a_card_says_what_where_since_when_and_what_it_is_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/action").text)

    assert "Lights on in daylight Office building 0002 lights since 1 March 2022" in words
    assert "6 000 kg CO2e · 12.0 MWh a year" in words


def test_a_card_is_moved_without_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def moving(workspace: object, key: str, state: str, **said: Any) -> object:
        asked.update(key=key, state=state, **said)
        return estates.card(state)

    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "move", moving)
    answer = browser.post(
        "/action/move", {"card": "finding-key", "state": "doing", "due": "2022-05-01", "back": "/action"}
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == "/o/acme/action"
    assert (asked["key"], asked["state"], asked["due"].isoformat()) == ("finding-key", "doing", "2022-05-01")


def test_a_move_can_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "move", lambda *_, **__: estates.card("doing"))
    answer = browser.post("/action/move", {"card": "finding-key", "state": "doing"})
    message = unpack(answer.cookies["flash"])

    assert message is not None
    assert message.undo == "/o/acme/action/move"
    assert message.fields is not None
    assert (message.fields["card"], message.fields["state"]) == ("finding-key", "open")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/sign-out"])
def test_the_way_back_stays_on_the_board(monkeypatch: pytest.MonkeyPatch, back: str) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "move", lambda *_, **__: estates.card("doing"))
    answer = browser.post("/action/move", {"card": "finding-key", "state": "doing", "back": back})

    assert answer.headers["location"] == "/o/acme/action/cards/finding-key"


def test_who_dismisses_is_asked_for_the_reason_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def moving(*_: object, **__: object) -> object:
        raise refused("note")

    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "move", moving)
    answer = browser.post("/action/move", {"card": "finding-key", "state": "dismissed", "owner": "Grace"})

    assert answer.status_code == 422
    assert "say why in a sentence" in text_of(answer.text).lower()
    assert 'value="Grace"' in answer.text
    assert '<option value="dismissed" selected>' in answer.text


@pytest.mark.parametrize("form", [{"state": "nowhere"}, {"state": "doing", "due": "tomorrow"}])
def test_what_cannot_be_meant_is_said_at_the_field(monkeypatch: pytest.MonkeyPatch, form: dict[str, str]) -> None:
    answer = client_of(monkeypatch).post("/action/move", {"card": "finding-key", **form})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_finding_becomes_a_measure_with_its_worth_as_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def planning(workspace: object, key: str, name: str, said: dict[str, str]) -> list[Finding]:
        asked.update(key=key, measure=name, **said)
        return []

    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "as_measure", planning)
    html = browser.get("/action/cards/finding-key").text
    assert 'value="12000"' in html  # kWh
    form = {
        "card": "finding-key",
        "measure": "led-1",
        "name": "LED",
        "expected_saving": "12000",
        "expected_unit": "kWh",
        "cost": "",
        "currency": "CNY",
    }
    answer = browser.post("/action/plan", form)

    assert answer.status_code == 303
    assert (asked["measure"], asked["expected_saving"], asked["expected_unit"]) == ("led-1", "12000", "kWh")
    assert "currency" not in asked  # of a cost that is not said


def test_a_measure_that_is_refused_says_so_at_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def planning(*_: object, **__: object) -> object:
        raise refused("baseline")

    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "as_measure", planning)
    answer = browser.post(
        "/action/plan", {"card": "finding-key", "measure": "led-1", "name": "LED", "baseline": "never"}
    )

    assert answer.status_code == 422
    assert 'id="e-baseline"' in answer.text
    assert 'value="never"' in answer.text


def test_a_viewer_sees_the_board_and_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch, role=Role.VIEWER)
    html = browser.get("/action").text

    assert "/action/move" not in html
    assert "draggable" not in html
    assert browser.post("/action/move", {"card": "finding-key", "state": "done"}).status_code == 403


def test_a_card_that_is_not_there_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)

    assert browser.get("/action/cards/other").status_code == 404
    assert browser.post("/action/move", {"card": "other", "state": "done"}).status_code == 404


def test_an_empty_board_begins_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    nothing = estates.board_of()
    object.__setattr__(nothing, "run", None)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: nothing)
    html = browser.get("/action").text

    assert "The readings have not been searched yet" in text_of(html)
    assert 'action="/o/acme/run/detection"' in html
    reader = client_of(monkeypatch, role=Role.VIEWER)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: nothing)
    assert "Somebody who may have it computed has to ask for it." in text_of(reader.get("/action").text)


def a_measure(unit: str) -> Card:
    """A measure that is done, of which 65 of a unit are claimed."""
    claim = estates.number("expected_saving", 65.0, unit, of=0)
    return Card(key="measure:led", kind="measure", state="done", site_id="site-2", site_name="Office building 0002",
                meters=("lights",), name="LED", measure_id="led", energy=claim)  # fmt: skip


def test_a_board_of_measures_alone_begins_with_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    held = estates.board_of(a_measure("kWh"))
    object.__setattr__(held, "run", None)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: held)
    html = browser.get("/action").text
    begins, board = html.index("The readings have not been searched yet"), html.index("LED")

    assert begins < html.index('action="/o/acme/run/detection"') < board
    assert "<details" not in html[begins : html.index('action="/o/acme/run/detection"')]
    assert "What compressed air wastes" not in html  # nobody assessed any
    monkeypatch.setattr(opportunities, "air_assessed", lambda _: True)
    assert "/o/acme/action/air" in addresses(browser.get("/action").text)


@pytest.mark.parametrize(("unit", "said"), [("%", "65 % of the use before"), ("kWh", "65.0 kWh a year")])
def test_a_claim_says_of_what_it_is(monkeypatch: pytest.MonkeyPatch, unit: str, said: str) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: estates.board_of(a_measure(unit)))
    monkeypatch.setattr(opportunities, "card_of", lambda *_: a_measure(unit))

    assert f"lights {said} Move LED" in text_of(browser.get("/action").text).replace(" · ", " ")
    words = text_of(browser.get("/action/cards/measure%3Aled").text)
    title = "Claimed saving" if unit == "%" else "Claimed saving a year"
    assert f"{title} {said.removesuffix(' a year')} claimed, not measured" in words


def test_the_figures_of_a_card_say_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/action/cards/finding-key").text)

    assert "Evidence Energy a year worth-kwh" in words


def test_a_search_that_found_nothing_says_what_it_looked_for_and_what_it_lacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = (Look("base_load_drift", 1200, ""), Look("water_leak", 0, "water"), Look("above_peers", 0, "peers"))
    told = Searched(year=2022, run=3, before=False, meters=1200, sites=40, coarse=2, silent=1, looks=looks)
    browser = client_of(monkeypatch)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: estates.board_of())
    monkeypatch.setattr(looked, "searched", lambda _: told)
    html = browser.get("/action").text
    said = text_of(html)

    assert "The search of 2022 looked at 1 200 meters of 40 sites, without the year before." in said
    assert "Base load has risen 1 200" in said
    assert "Water never stops flowing none there is no water meter" in said
    assert "2 meters have readings longer than an hour: no rule can look at them." in said
    assert "1 meter has no reading in that year." in said
    assert {"/o/acme/data", "/o/acme/data/places"} <= set(addresses(html))
    assert 'action="/o/acme/run/detection"' in html


@pytest.mark.parametrize("path", ["/action", "/action/cards/finding-key"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str, path: str) -> None:
    assert forbidden_by_policy(client_of(monkeypatch, lang=lang).get(path).text) == []  # type: ignore[arg-type]


def test_without_readings_one_is_led_to_load_some(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    nothing = estates.board_of()
    object.__setattr__(nothing, "run", None)
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: nothing)
    monkeypatch.setattr("tests.interfaces.web.estate_pages.Lake.parts", lambda *_: {})
    html = browser.get("/action").text

    assert "/o/acme/data" in addresses(html)
    assert 'action="/o/acme/run/detection"' not in html
