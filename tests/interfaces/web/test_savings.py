"""Savings in the browser: measures listed and declared, events judged by those who may."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.interfaces.present import savings_cases as cases
from tests.interfaces.web.served_pages import Served, words
from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.present.savings_page import build_savings

EVENT = {"meter": "A1", "first": "2019-05-02", "last": "2019-05-20", "size": -120.0, "unit": "kWh"}
SAID = {"measure": "M1", "meter": "A1", "first": "2019-05-02", "last": "2019-05-20"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("savings"))
    found = cases.saving()

    def build(lang: str) -> object:
        return build_savings(
            found, cases.record(found), figures=cases.ids(found), organisation="Acme", simulated=False,
            lang=lang, made=datetime(2020, 1, 1, tzinfo=UTC),  # type: ignore[arg-type]
        )  # fmt: skip

    facts = {"verdict": "saving", "events": [EVENT]}
    keep_report(held.workspace, "savings", "M1", build, site="A", facts=facts)  # type: ignore[arg-type]
    yield held
    held.close()


def test_measures_are_listed_with_their_verdicts(served: Served) -> None:
    page = served.get("/action/savings")

    assert "1 measure is declared; its saving can be told from 0." in words(page)
    assert "LED <lamps>" in words(page)
    assert "<lamps>" not in page.text


def test_who_may_decide_is_asked_about_events(served: Served) -> None:
    asked = words(served.get("/action/savings?measure=M1"))

    assert "1 event waits for your word" in asked
    assert "120 kWh less a day" in asked.replace("\u202f", " ").replace("\u2009", " ")
    assert "It happened" not in words(served.get("/action/savings?measure=M1", "viewer"))


def test_an_event_is_judged_with_a_reason_by_those_who_may(served: Served) -> None:
    said = {**SAID, "status": "rejected", "kind": "occupancy"}

    assert served.post("/action/savings/event", said, "viewer").status_code == 403
    no_reason = served.post("/action/savings/event", {**said, "reason": " "})
    assert no_reason.status_code == 422
    assert 'value="occupancy"' in no_reason.text
    assert served.workspace.records.measures()[0].events == ()

    served.post("/action/savings/event", {**said, "reason": "the hall was in use as always"}, "operator")
    (event,) = served.workspace.records.measures()[0].events
    assert (event.status, event.meter, str(event.first)) == ("rejected", "A1", "2019-05-02")
    assert event.reason == "the hall was in use as always"
    assert "waits for your word" not in words(served.get("/action/savings?measure=M1"))


def test_a_measure_is_declared_and_what_is_wrong_loses_nothing(served: Served) -> None:
    typed = {"id": "M2", "site_id": "B", "meters": "B1", "name": "Heat pump", "baseline": "long ago"}
    wrong = served.post("/action/savings/declare", typed)

    assert wrong.status_code == 422
    assert 'value="Heat pump"' in wrong.text
    served.post("/action/savings/declare", {**typed, "baseline": "2018-01-01/2018-12-31"})
    assert [one.id for one in served.workspace.records.measures()] == ["M1", "M2"]


def test_a_table_of_measures_is_taken_in_or_refused_whole(served: Served) -> None:
    table = "id,site,meters,name\nM3,A,A1,Blinds\nM4,nowhere,A1,Doors\n"
    refused = served.post("/action/savings/data", {}, files={"file": ("measures.csv", table.encode())})
    assert refused.status_code == 422
    assert "M3" not in {one.id for one in served.workspace.records.measures()}

    good = table.replace("nowhere", "A")
    assert served.post("/action/savings/data", {}, files={"file": ("measures.csv", good.encode())}).status_code == 303
    assert {"M3", "M4"} <= {one.id for one in served.workspace.records.measures()}


def test_a_job_that_proves_a_measure_is_asked_for(served: Served) -> None:
    answer = served.post("/run/savings", {"measure": "M1", "back": "/action/savings?measure=M1"})
    page = served.get("/action/savings?measure=M1")

    assert answer.headers["location"] == "/o/acme/action/savings?measure=M1"
    assert "data-run=" in page.text
    (job,) = served.jobs("savings")
    assert served.get(f"/runs/{job.id}.json").json() == {"state": "queued", "done": 0.0, "total": None, "ended": False}
