"""Forms that open with what is said of something: saved as they open, they are accepted and change nothing."""

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.interfaces.web.served_pages import Served
from wattstone.portfolio import Meter, Site
from wattstone.portfolio.measures import Days, Measure, Stipulation
from wattstone.workflows.measures import declare_measure

YEAR = Days(first=date(2017, 1, 1), last=date(2017, 12, 31))
SITES = [
    Site(id="plain"),
    Site(id="full", name="Werk & Büro", type="office", floor_area=12345.678901, address="Weg 1", city="Ulm",
         country="DE", grid_region="DE", zone="Europe/Berlin", weather_station="10838", latitude=48.4, longitude=-9.5),
]  # fmt: skip
METERS = [
    Meter(id="Haupt", site_id="full", kind="electricity", unit="kWh", sign=-1, multiplier=0.1, declared="readings"),
    Meter(id="Dach", site_id="full", kind="pv", unit="MWh", direction="export", personal=True, parent_id="Haupt"),
    Meter(id="Stand", site_id="full", kind="natural_gas", unit="m3", reading="register", declared="table"),
    Meter(id="odd", site_id="full", kind="reactive_energy_lagging", unit="kvarh", declared="readings"),
    Meter(id="virtual", site_id="full", kind="electricity", unit="kWh", expression="Haupt * 2"),
]
MEASURE = Measure(
    id="led", site_id="full", meters=("Haupt",), name="LED", description="Lampen", boundary="Halle", option="A",
    baseline=YEAR, reporting=Days(first=date(2018, 3, 1)), blackout=Days(first=date(2018, 1, 1), last=date(2018, 2, 1)),
    expected_saving=1234567.25, expected_unit="kWh", cost=0, currency="EUR", owner="Ada", status="in progress",
    model="daily", comparison_sites=("plain",), key_parameter="power",
    stipulated=(Stipulation(name="hours", value=2600.5, unit="h", source="plan of 2018"),),
)  # fmt: skip


class Forms(HTMLParser):
    """What a browser would send of each form as it opens, by its action."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a control up; an area that is filled is none of these forms'."""
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.sent.setdefault(at.get("action", ""), {})
        elif tag == "input" and "name" in at and (at.get("type") not in ("checkbox", "file") or "checked" in at):
            self._form[at["name"]] = at.get("value", "")
        elif tag == "select":
            self._list = at["name"]
        elif tag == "option" and self._list and ("selected" in at or self._list not in self._form):
            self._form[self._list] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """A list ends; a text that is offered elsewhere is no choice of it."""
        self._list = "" if tag == "select" else self._list


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("saved"))
    held.workspace.records.declare(SITES, METERS, sites_by="readings")
    held.workspace.records.declare_measures([MEASURE])
    yield held
    held.close()


def _told(served: Served) -> dict[str, Any]:
    """Everything that these forms could change."""
    records = served.workspace.records
    members = served.service.server.people.memberships(tenant="acme")
    told: dict[str, Any] = {f"member {one.person}": (one.role, one.sites, one.spaces) for one in members}
    told |= {"organisation": records.organisation()}
    for name, every in (("site", records.sites()), ("meter", records.meters()), ("measure", records.measures())):
        told |= {f"{name} {one.id}": one for one in every}
    return told


def _forms() -> Iterator[Any]:
    for what, every in (("site", SITES), ("meter", METERS)):
        for one in every:
            yield pytest.param(f"/data/places/{what}?id={one.id}", f"/data/places/{what}", id=f"{what}-{one.id}")
    yield pytest.param("/action/savings/declare?measure=led", "/action/savings/declare", id="measure")
    yield pytest.param("/action/savings/declare?measure=M1", "/action/savings/declare", id="measure-bare")
    yield pytest.param("/settings", "/settings", id="organisation")


@pytest.mark.parametrize(("page", "action"), list(_forms()))
def test_a_form_that_is_saved_as_it_opens_changes_nothing(served: Served, page: str, action: str) -> None:
    before, audit = _told(served), [one.what for one in served.workspace.records.audit()]
    opened = served.get(page)
    forms = Forms()
    forms.feed(opened.text)
    form = forms.sent[f"/o/acme{action}"]
    answer = served.post(action, form)

    assert opened.status_code == 200
    assert len(form) > 4
    assert answer.status_code == 303, answer.text
    assert _told(served) == before
    assert [one.what for one in served.workspace.records.audit()] == audit


@pytest.mark.parametrize(
    ("name", "sites", "spaces"),
    [("whole", None, ()), ("site", {"A"}, ()), ("space", (), {"flat-1"}), ("both", {"A"}, {"flat-1"})],
)
def test_what_a_member_may_do_stays_as_it_opens(served: Served, name: str, sites: Any, spaces: Any) -> None:
    people = served.service.server.people
    one = people.add(name=name, email=f"{name}@saved.example.org")
    people.join(one.id, "acme", role="viewer", sites=sites, spaces=spaces, by="test")
    before = _told(served)
    forms = Forms()
    forms.feed(served.get(f"/settings/people/{one.id}", "admin").text)
    form = forms.sent[f"/o/acme/settings/people/{one.id}"]

    assert form["role"] == "viewer"
    assert served.post(f"/settings/people/{one.id}", form, "admin").status_code == 303
    assert _told(served) == before


def opened_form(served: Served, path: str) -> dict[str, str]:
    forms = Forms()
    forms.feed(served.get(path).text)
    return forms.sent[f"/o/acme{path.partition('?')[0]}"]


def test_what_is_emptied_is_taken_back_by_who_saw_it(served: Served) -> None:
    """A part is a meter of its own again; a blank form that names a meter takes nothing back."""

    def roof() -> Meter:
        return next(one for one in served.workspace.records.meters() if one.id == "Dach")

    before = roof()
    form = opened_form(served, "/data/places/meter?id=Dach")
    assert form["parent_id"] == "Haupt"
    served.post("/data/places/meter", {**form, "opened": "", "parent_id": ""})
    assert roof() == before
    assert served.post("/data/places/meter", {**form, "parent_id": ""}).status_code == 303
    assert roof() == before.model_copy(update={"parent_id": None, "declared": "user"})
    served.workspace.records.declare([], [before])


def test_a_space_is_declared_corrected_and_part_of_another(served: Served) -> None:
    def spaces() -> dict[str, tuple[str, str | None, float | None]]:
        return {one.id: (one.site_id, one.parent_id, one.floor_area) for one in served.workspace.records.spaces()}

    assert served.post("/data/places/space", {"id": "hall", "site_id": "nowhere"}).status_code == 422
    assert served.post("/data/places/space", {"id": "hall", "site_id": "full", "floor_area": "80"}).status_code == 303
    bay = {"id": "bay", "site_id": "full", "parent_id": "hall"}
    assert served.post("/data/places/space", bay).status_code == 303
    assert spaces() == {"hall": ("full", None, 80.0), "bay": ("full", "hall", None)}
    form = opened_form(served, "/data/places/space?id=bay")
    assert served.post("/data/places/space", {**form, "parent_id": ""}).status_code == 303
    assert spaces()["bay"] == ("full", None, None)
    assert "/data/places/space?id=bay" in served.get("/data/places?what=space").text
    assert served.post("/data/places/space", {**form, "floor_area": "-1"}).status_code == 422


def test_a_sign_that_is_typed_is_kept(served: Served) -> None:
    """A form holds texts."""
    assert Meter.model_validate({"id": "x", "site_id": "A", "kind": "gas", "unit": "m3", "sign": " -1 "}).sign == -1
    form = {"id": "turned", "site_id": "A", "kind": "gas", "unit": "m3", "sign": "-1"}
    answer = served.post("/data/places/meter", form)

    assert answer.status_code == 303
    assert {one.id: one.sign for one in served.workspace.records.meters()}["turned"] == -1
    assert served.post("/data/places/meter", {"id": "turned", "sign": "2"}).status_code == 422


def test_a_measure_opens_with_all_of_its_digits(served: Served) -> None:
    """What is kept when another part of the text is corrected must be what was there."""
    forms = Forms()
    forms.feed(served.get("/action/savings/declare?measure=led").text)
    form = forms.sent["/o/acme/action/savings/declare"]
    declare_measure(served.workspace, "copy", {key: form[key] for key in ("site_id", "meters", "expected_saving")})
    (copy,) = (one for one in served.workspace.records.measures() if one.id == "copy")

    assert form["expected_saving"] == "1234567.25 kWh"
    assert copy.expected_saving == MEASURE.expected_saving
