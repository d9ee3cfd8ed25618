"""Every kind of job as somebody walks it: the page where its form is, what comes of it, and what its failure says."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.interfaces.web.served_pages import Served, words
from tests.workflows.air import works
from tests.workflows.dispatch import test_size as sizes
from tests.workflows.dispatch.yard import SITE, TARIFF
from tests.workflows.estate import dataset, intensity, readings, wattstone
from tests.workflows.plant import yard
from wattstone.base import InputRefused
from wattstone.interfaces.jobs.kinds import KINDS

ELSEWHERE = {
    "ingest", "inventory", "quality", "sample", "verify", "check", "release", "restatement", "change",
    "disclosure", "disclosure_verify",
}  # fmt: skip
"""Walked by the journeys in a browser, and by the tests of the pages that ask for them."""

PARK, PLANT, AIR = "/action/microgrid?site=yard", "/action/plant?plant=plant", "/action/air?station=station"
WALKS: Mapping[str, tuple[str, dict[str, str]]] = {
    "plan": (f"{PARK}&show=plan", {"site": "yard", "hours": "6", "at": "2024-05-11T06:00"}),
    "forecast": (f"{PARK}&show=forecast", {"site": "yard", "hours": "6"}),
    "backtest": (
        f"{PARK}&show=backtest",
        {"site": "yard", "start": "2024-05-11", "end": "2024-05-11T06:00", "every": "180"},
    ),
    "size": (f"{PARK}&show=size", {"site": "yard"}),
    "plant": (f"{PLANT}&show=plant", {"plant": "plant", "at": yard.AT, "known": "yes", "seconds": "5"}),
    "replay": (
        f"{PLANT}&show=replay",
        {"plant": "plant", "start": yard.AT, "end": "2025-07-11T00:00", "known": "yes", "seconds": "5"},
    ),
    "air": (f"{AIR}&show=air", {"station": "station"}),
    "improvement": (f"{AIR}&show=improvement", {"station": "station", "draws": "50"}),
    "detection": ("/action", {"year": "2024"}),
    "savings": ("/action/savings?measure=M1", {"measure": "M1"}),
    "report": ("/report/write", {"year": "2024"}),
    "statement": ("/report/statement", {"year": "2024"}),
    "programme": ("/programme/waste?year=2024", {"module": "waste", "year": "2024"}),
    "export": ("/report/export", {"what": "hours", "form": "csv", "year": "2024"}),
}
FAILS: Mapping[str, dict[str, str]] = {
    "plan": {"site": "yard", "at": "1990-01-01T00:00"},
    "forecast": {"site": "yard", "at": "1990-01-01T00:00"},
    "backtest": {"site": "yard", "start": "1990-01-01", "end": "1990-01-02"},
    "size": {"site": "yard", "end": "1990-01-01"},
    "plant": {"plant": "plant", "at": "1990-01-01T00:00"},
    "replay": {"plant": "plant", "start": "1990-01-01", "end": "1990-01-02"},
    "improvement": {"station": "station", "only": "a miracle"},
    "detection": {"year": "1990"},
    "report": {"year": "1990"},
    "statement": {"year": "1990"},
    "programme": {"module": "waste", "year": "2024", "given": "no value"},
    "export": {"what": "readings", "year": "1990"},
}


DAYS = 12


def furnished(root: Path, folder: Path) -> None:
    """Twelve days of a yard with PV by the hour, a plant and an air station."""
    hours = sizes.HOURS[: 24 * DAYS]
    sun = np.maximum(0.0, 8 * np.sin((hours - 6) / 12 * np.pi))
    load = 20 + 2 * np.random.default_rng(5).uniform(0, 1, hours.size)
    dataset(
        folder,
        readings("main", load.tolist(), site="yard", start=sizes.START),
        readings("sun", sun.tolist(), site="yard", kind="solar", start=sizes.START),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        intensity=intensity(np.full(hours.size, 0.2).tolist(), start=sizes.START),
        weather=sizes.weather().head(hours.size),
    )
    (folder / "tariff.toml").write_text(TARIFF)
    wattstone("ingest", root, folder)
    (root / "sites" / "sizes").mkdir(parents=True)
    (root / "sites" / "yard.toml").write_text(SITE)
    (root / "sites" / "sizes" / "yard.toml").write_text(sizes.COSTS.replace("draws = 50", "draws = 20"))
    yard.write(root / "plants")
    works.write(root / "stations")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("kinds")
    held = Served(folder)
    furnished(held.root / "acme", folder / "data")
    yield held
    held.close()


@pytest.fixture(autouse=True)
def idle(served: Served) -> Iterator[None]:
    """No job of another test stands in the queue."""
    yield
    queue = served.service.queue
    for state in ("queued", "running"):
        for job in queue.jobs("acme", state=state)[0]:
            queue.cancel("acme", job.id)
            queue.stopped(job.id, "test")


def failed(served: Served, kind: str) -> None:
    """Do the newest job of a kind, which is refused."""
    with pytest.raises(InputRefused) as refused:
        served.do(kind)
    queue, job = served.service.queue, served.jobs(kind)[0]
    assert queue.claim("test", lease=timedelta(minutes=5)) is not None
    assert queue.fail(job.id, "test", "refused", findings=refused.value.findings)


def asked(served: Served, kind: str, params: Mapping[str, str]) -> str:
    """Ask for a job from its page; back comes the page that one is led to."""
    page = WALKS[kind][0]
    assert f'action="/o/acme/run/{kind}"' in served.get(page).text
    answer = served.post(f"/run/{kind}", {**params, "back": page})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].removeprefix("/o/acme")


def test_every_kind_is_walked() -> None:
    assert WALKS.keys() | ELSEWHERE == KINDS.keys()


@pytest.mark.parametrize("kind", [one for one in WALKS if one != "size"])  # takes seven weeks: tests/workflows/dispatch
def test_a_kind_is_asked_for_where_its_result_then_stands(served: Served, kind: str) -> None:
    page = asked(served, kind, WALKS[kind][1])
    assert "data-run=" in served.get(page).text  # under way
    done = served.do(kind)
    shown = served.get(page)

    assert "data-run=" not in shown.text
    assert "The last run failed" not in shown.text
    for link in done.links:
        assert served.get(f"/{link.path}").status_code == 200
    for name in done.documents:
        assert f"/o/acme/documents/{name}" in shown.text
        assert "的" in words(served.get(f"/documents/{name}", lang="zh-CN"))
        for form, begins in (("pdf", b"%PDF"), ("html", b"<!doctype html>"), ("xlsx", b"PK")):
            assert served.get(f"/documents/{name}/files/{form}").content.startswith(begins)


@pytest.mark.parametrize("kind", FAILS)
def test_a_failure_says_what_to_do_in_the_words_of_pages_and_keeps_what_was_typed(served: Served, kind: str) -> None:
    page = asked(served, kind, FAILS[kind])
    failed(served, kind)
    shown = served.get(page)
    said = words(shown)

    assert "The last run failed" in said
    assert "To mend it:" in said
    told = said[said.index("The last run failed") : said.index("To mend it:") + 400]
    assert re.findall(r"--[a-z]+|`wattstone|docs/|" + re.escape(str(served.root)), told) == []
    typed = next(text for name, text in FAILS[kind].items() if name not in ("site", "plant", "station", "what"))
    assert typed in shown.text
    assert "The last run failed" not in words(served.get(page, "viewer"))
