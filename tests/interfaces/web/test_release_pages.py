"""What stands between an inventory and its release, as pages: checks, what is let pass, releases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.base import InputRefused
from wattstone.portfolio import Site
from wattstone.workflows.access import Forbidden
from wattstone.workflows.inventory import take_inventory
from wattstone.workflows.release import releases_of
from wattstone.workflows.release_groups import Group
from wattstone.workflows.scope3 import decide

PATH = "/report/checks"
GRID = 0.25560  # kg CO2e/kWh, electricity generated, UK, 2019 (DESNZ/BEIS conversion factors 2019)


def furnish(held: Served) -> None:
    """Site A in Britain used 480 kWh in two days of 2019; of the other months there are no readings."""
    sites = [Site(id="A", name="Hall <A>", country="GB", zone="Europe/London"), Site(id="B", country="GB")]
    held.workspace.records.declare(sites, [], sites_by="user")
    take_inventory(held.workspace, 2019)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    held = Served(tmp_path, furnish)
    yield held
    held.close()


def checked(served: Served) -> None:
    """Have 2019 checked by a job."""
    answer = served.post("/run/check", {"year": "2019", "back": f"{PATH}?year=2019"})
    assert answer.headers["location"] == f"/o/acme{PATH}?year=2019"
    served.do("check")


def decided(served: Served) -> None:
    decide(served.workspace, 2019, dict.fromkeys(range(1, 16), ("not_applicable", "a small hall")))


def let_pass(served: Served, reason: str = "only two days <were> read") -> list[str]:
    """Let everything pass that asks; the keys of what was ticked."""
    from wattstone.interfaces.jobs.checks_kept import newest_check

    kept = newest_check(served.workspace, 2019)
    assert kept is not None
    keys = [one.key for one in kept.done.found if one.severity == "asks" and one.waived is None]
    answer = served.post(f"{PATH}/pass", {"year": "2019", "reason": reason, "key": keys}, by="reviewer")  # type: ignore[dict-item]
    assert answer.status_code == 303, words(answer)
    return keys


def failed(served: Served, kind: str) -> None:
    """Do the newest job of a kind, which is refused."""
    with pytest.raises(InputRefused) as refused:
        served.do(kind)
    queue, job = served.service.queue, served.jobs(kind)[0]
    assert queue.claim("test", lease=timedelta(minutes=5)) is not None
    assert queue.fail(job.id, "test", "refused", findings=refused.value.findings)


def test_before_a_check_the_page_says_what_to_do(served: Served) -> None:
    page = served.get(PATH)

    assert "2019 was not checked yet." in words(page)
    assert 'action="/o/acme/run/check"' in page.text
    assert 'action="/o/acme/run/release"' not in page.text  # an analyst reviews nothing
    assert 'action="/o/acme/run/release"' in served.get(PATH, "reviewer").text


def test_findings_stand_with_where_and_remedy_and_every_check_with_its_outcome(served: Served) -> None:
    checked(served)
    page = served.get(PATH)
    said = words(page)

    assert "stand in the way of a release of 2019" in said
    assert said.count("To scope 3") == 15
    assert "/o/acme/report/scope3?year=2019" in page.text
    assert "Parts add up to totals nothing found" in said
    assert "All 15 categories are decided 15 in the way" in said
    assert "Checked" in said
    chinese = words(served.get(PATH, lang="zh-CN"))
    assert "所有检查" in chinese
    assert "To mend it" not in chinese


def test_what_asks_is_let_pass_by_a_reviewer_with_a_reason_and_then_released(served: Served) -> None:
    decided(served)
    checked(served)
    keys = let_pass(served)
    page = served.get(PATH, "reviewer")

    assert keys
    assert "only two days <were> read (reviewer, " in words(page)
    assert "<were>" not in page.text
    assert "Nothing stands in the way of a release of 2019." in words(page)
    served.post("/run/release", {"year": "2019", "back": PATH}, by="reviewer")
    served.do("release")
    after = words(served.get(PATH))
    (made,) = releases_of(served.workspace, 2019)
    assert made.totals["scope2.location@organisation"] == pytest.approx(480 * GRID)
    assert made.released_by == "Ada"  # the name of whoever asked for the job
    assert made.sha256[:16] in after
    assert "2019 was released on" in after
    assert "As released" in after


def test_a_release_in_whose_way_something_stands_says_what(served: Served) -> None:
    served.post("/run/release", {"year": "2019", "back": PATH}, by="reviewer")
    failed(served, "release")
    said = words(served.get(PATH, "reviewer"))

    assert "The last run failed" in said
    assert "2019 was not released yet." in said
    assert said.count("To scope 3") == 15  # what the release found stands there as after a check
    assert releases_of(served.workspace) == ()


def test_findings_of_one_cause_are_ticked_together(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(served)
    checked(served)
    assert "Let pass together" not in served.get(PATH, "reviewer").text  # one of a kind is no group
    pair = Group("gwp", figure=False, keys=("gwp:AR4", "gwp:AR6"), check="gwp")
    monkeypatch.setattr("wattstone.interfaces.web.pages.checks.groups_of", lambda _: (pair,))
    page = served.get(PATH, "reviewer").text
    assert 'name="key" value="gwp"> 2 findings of the kind other global warming potentials</label>' in page
    assert "Let pass together" not in served.get(PATH).text  # an analyst reviews nothing

    answer = served.post(f"{PATH}/pass", {"year": "2019", "key": "gwp", "reason": "no other edition"}, by="reviewer")

    assert answer.status_code == 303, words(answer)
    assert [one.key for one in served.workspace.records.waivers()] == ["gwp:AR4"]


def test_what_is_refused_keeps_what_was_ticked_and_typed(served: Served) -> None:
    decided(served)
    checked(served)
    key = "months"
    from wattstone.interfaces.jobs.checks_kept import newest_check

    kept = newest_check(served.workspace, 2019)
    assert kept is not None
    key = next(one.key for one in kept.done.found if one.severity == "asks")
    empty = served.post(f"{PATH}/pass", {"year": "2019", "key": key, "reason": " "}, by="reviewer")
    none = served.post(f"{PATH}/pass", {"year": "2019", "reason": "looked at"}, by="reviewer")
    unknown = served.post(f"{PATH}/pass", {"year": "2019", "key": "jump:x", "reason": "r"}, by="reviewer")

    assert (empty.status_code, none.status_code, unknown.status_code) == (422, 422, 422)
    assert 'id="e-reason"' in empty.text
    assert " checked" in empty.text
    assert "looked at</textarea>" in none.text
    assert served.workspace.records.waivers() == ()


def test_a_new_run_asks_for_a_new_check(served: Served) -> None:
    checked(served)
    served.workspace.records.declare([Site(id="A", country="GB", zone="Europe/London", floor_area=10)], [],
                                     sites_by="user")  # fmt: skip
    take_inventory(served.workspace, 2019)

    assert "taken anew since it was checked" in words(served.get(PATH))


@pytest.mark.parametrize("role", ["viewer", "analyst", "operator", "admin", "scoped"])
def test_who_reviews_nothing_lets_nothing_pass_and_releases_nothing(served: Served, role: str) -> None:
    form = {"year": "2019", "key": "undecided:1", "reason": "r"}

    assert served.post(f"{PATH}/pass", form, by=role).status_code == 403
    assert served.post("/run/release", {"year": "2019"}, by=role).status_code == 403
    assert served.workspace.records.waivers() == ()


def test_who_has_some_sites_sees_nothing_of_the_checks(served: Served) -> None:
    checked(served)

    assert "released as a whole" in words(served.get(PATH, "scoped"))
    served.post("/run/check", {"year": "2019"}, by="scoped")
    with pytest.raises(Forbidden):
        served.do("check")
