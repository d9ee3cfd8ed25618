"""Pages of the programme: every kind of every part listed, entered, corrected, proved, withdrawn; reports by a job."""

import re
from collections.abc import Iterator
from io import BytesIO

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.interfaces.web.served_pages import Served, area, words
from wattstone.interfaces.present.programme.words import MODULE_WORDS
from wattstone.programme.kinds import PROGRAMME, RecordKind, kinds_of
from wattstone.programme.report import Column, ModuleReport, Table
from wattstone.workflows.programme.asked import Asked

KINDS = [kind for module in PROGRAMME for kind in kinds_of(module)]
AREA = {
    "partner": "Conservation trust", "status": "action", "intervention": "restore", "ecosystem": "MFT1.2",
    "geometry": "POLYGON((113 22, 113.1 22, 113.1 22.1, 113 22.1, 113 22))", "start": "2024-01-01",
}  # fmt: skip
WEIGHED = {"site": "A", "date": "2024-03-01", "mass": "1.5", "stream": "paper", "route": "recycling"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("programme"))
    yield served
    served.close()


def path_of(kind: RecordKind) -> str:
    return f"/programme/{kind.module}/{kind.id}"


def test_the_overview_names_the_seven_parts_and_leads_to_each(house: Served) -> None:
    answer = house.get("/programme", by="viewer")

    assert answer.status_code == 200
    assert all(MODULE_WORDS[module] in words(answer) for module in PROGRAMME)
    assert all(f'href="/o/acme/programme/{module}"' in answer.text for module in PROGRAMME)
    assert "承诺与行动" in words(house.get("/programme", lang="zh"))
    assert "Reports of the programme are the whole organisation" in words(house.get("/programme", by="scoped"))
    assert "Reports of the programme are the whole organisation" not in words(house.get("/programme"))


@pytest.mark.parametrize("module", PROGRAMME)
def test_a_part_begins_with_what_to_enter(house: Served, module: str) -> None:
    answer = house.get(f"/programme/{module}")

    assert answer.status_code == 200
    kinds = kinds_of(module)  # type: ignore[arg-type]
    assert all(kind.plural in words(answer) for kind in kinds)
    assert answer.text.count("template.xlsx") == len(kinds)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_has_a_list_a_form_and_templates(house: Served, kind: RecordKind) -> None:
    listed, form = house.get(path_of(kind)), house.get(f"{path_of(kind)}/add")

    assert (listed.status_code, form.status_code) == (200, 200)
    assert kind.plural in words(listed)
    assert all(f'name="{field.name}"' in form.text for field in kind.fields)
    assert house.get(f"{path_of(kind)}/template.xlsx", lang="zh").content[:2] == b"PK"
    csv = house.get(f"{path_of(kind)}/template.csv")
    assert csv.text.lstrip("\ufeff").count(kind.fields[-1].label) >= 1


def test_what_is_entered_is_listed_corrected_and_withdrawn(house: Served) -> None:
    done = house.post("/programme/nature/area/add", {**AREA, "name": "West <bay>"})
    assert done.status_code == 303, words(done)
    where = done.headers["location"].removeprefix("/o/acme")
    entry = where.partition("id=")[2]

    shown = house.get(where)
    assert "West <bay>" in words(shown)
    assert "entered" in words(shown)
    assert "West <bay>" in words(house.get("/programme/nature/area?q=west"))
    assert "There are no such entries." in words(house.get("/programme/nature/area?q=nowhere"))

    said = {"entry": entry, "name": "West bay", "reason": "typing error"}
    assert house.post("/programme/nature/area/entry", said).status_code == 303
    again = words(house.get(where))
    assert "typing error" in again
    assert "West bay" in again

    assert house.post("/programme/nature/area/withdraw", {"entry": entry}).status_code == 422
    out = {"entry": entry, "reason_out": "sold"}
    assert house.post("/programme/nature/area/withdraw", out).status_code == 303
    assert "withdrawn" in words(house.get(where))
    assert "West bay" not in words(house.get("/programme/nature/area"))


def test_nothing_typed_is_lost_and_what_is_wrong_stands_at_its_field(house: Served) -> None:
    typed = {**AREA, "name": "Typed", "status": "nonsense", "start": "no day"}
    answer = house.post("/programme/nature/area/add", typed)

    assert answer.status_code == 422
    assert area(answer, "geometry") == AREA["geometry"]
    assert 'value="Typed"' in answer.text
    assert 'id="e-status"' in answer.text
    assert 'id="e-start"' in answer.text


def test_a_document_proves_an_entry_and_is_given_back(house: Served) -> None:
    where = house.post("/programme/waste/weighing/add", WEIGHED).headers["location"].removeprefix("/o/acme")
    entry = where.partition("id=")[2]
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
    sent = house.post("/programme/waste/weighing/attach", {"entry": entry}, files={"file": ("note.pdf", pdf)})

    assert sent.status_code == 303, words(sent)
    shown = house.get(where)
    found = re.search(r"/programme/documents/([0-9a-f]{64})", shown.text)
    assert found is not None
    answer = house.get(f"/programme/documents/{found[1]}")
    assert answer.content == pdf
    assert "sandbox" in answer.headers["content-security-policy"]
    assert house.get(f"/programme/documents/{found[1]}", by="viewer").status_code == 403


def test_a_table_is_taken_in_whole_or_not_at_all(house: Served) -> None:
    good = "site,date,mass,stream,route\nA,2024-04-01,2,paper,recycling\nB,2024-04-02,3,paper,recycling\n"
    files = {"file": ("weighed.csv", good.encode())}
    assert house.post("/programme/waste/weighing/import", {}, files=files).status_code in (200, 303)
    assert "2024-04-02" in words(house.get("/programme/waste/weighing"))
    again = house.post("/programme/waste/weighing/import", {}, files=files)
    assert again.status_code in (200, 303)
    assert words(house.get("/programme/waste/weighing")).count("2024-04-02") == 1

    bad = {"file": ("weighed.csv", b"site,date,mass,stream,route\nA,2024-05-01,2,paper,recycling\nQ,x,-1,nothing,y\n")}
    answer = house.post("/programme/waste/weighing/import", {}, files=bad)
    assert answer.status_code == 422
    assert "Nothing was taken in." in words(answer)
    assert "2024-05-01" not in words(house.get("/programme/waste/weighing"))


def test_the_list_is_taken_out_without_formulas(house: Served) -> None:
    said = {**WEIGHED, "date": "2024-06-01", "carrier": "=1+1"}
    assert house.post("/programme/waste/weighing/add", said).status_code == 303
    text = house.get("/programme/waste/weighing/entries.csv").text

    assert "'=1+1" in text
    assert house.get("/programme/waste/weighing/entries.csv", by="viewer").status_code == 403


def test_who_has_some_sites_sees_those_alone(house: Served) -> None:
    house.post("/programme/waste/weighing/add", {**WEIGHED, "site": "B", "date": "2023-01-01"})
    seen = words(house.get("/programme/waste/weighing", by="scoped"))

    assert "2023-01-01" not in seen
    assert "2024-03-01" in seen
    assert house.get("/programme/nature/area", by="scoped").status_code == 404
    assert house.post("/programme/nature/area/add", {**AREA, "name": "x"}, by="scoped").status_code == 404
    other = {**WEIGHED, "site": "B", "date": "2023-02-01"}
    assert house.post("/programme/waste/weighing/add", other, by="scoped").status_code in (403, 422)
    assert house.post("/programme/waste/weighing/add", WEIGHED | {"date": "2023-03-01"}, by="scoped").status_code == 303
    assert "Reports of the programme are the whole organisation" in words(house.get("/programme/waste", by="scoped"))


def test_a_viewer_changes_nothing(house: Served) -> None:
    assert house.post("/programme/nature/area/add", AREA, by="viewer").status_code == 403
    assert "Add an entry" not in words(house.get("/programme/nature/area", by="viewer"))
    assert "Your role looks at entries" in words(house.get("/programme/nature/area/add", by="viewer"))


def test_what_there_is_not_is_not_found(house: Served) -> None:
    for path in ("/programme/nothing", "/programme/nature/weighing", "/programme/nature/area/entry?id=none"):
        assert house.get(path).status_code == 404
    assert house.get("/programme/waste/nothing/template.csv").status_code == 404


def weighed(house: Served, **said: str) -> str:
    """The address of a new weighing, below the organisation."""
    done = house.post("/programme/waste/weighing/add", {**WEIGHED, **said})
    assert done.status_code == 303, words(done)
    return done.headers["location"].removeprefix("/o/acme")


def shown_version(page: str) -> str:
    found = re.search(r'name="was" value="([0-9a-f]{40})"', page)
    assert found is not None
    return found[1]


def typed(page: str) -> dict[str, str]:
    """What the form of a correction has in it."""
    form = page[page.index('name="was"') : page.index('name="reason"')]
    texts = dict(re.findall(r'<input id="i-[^"]+" name="([^"]+)" type="[^"]+" value="([^"]*)"', form))
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', form, re.DOTALL)
    return texts | dict(chosen)


def test_a_correction_takes_nothing_back_that_somebody_else_corrected_meanwhile(house: Served) -> None:
    where = weighed(house, date="2022-03-01", carrier="Old")
    entry = where.partition("id=")[2]
    first = house.get(where).text
    mine = {"entry": entry, "was": shown_version(first), "reason": "weighed anew", **typed(first)}
    assert mine["mass"] == "1.5"
    assert house.post("/programme/waste/weighing/entry", mine | {"mass": "12"}).status_code == 303

    late = house.post("/programme/waste/weighing/entry", mine | {"carrier": "New"})
    assert late.status_code == 409
    assert "mass = 12" in words(late)
    assert "mass = 1.5" in words(late)
    again = {"entry": entry, "was": shown_version(late.text), "reason": "the carrier", **typed(late.text)}
    assert (again["mass"], again["carrier"]) == ("12", "New")
    assert house.post("/programme/waste/weighing/entry", again).status_code == 303
    assert (typed(house.get(where).text)["mass"], typed(house.get(where).text)["carrier"]) == ("12", "New")
    gone = {"entry": entry, "was": mine["was"], "reason_out": "twice"}
    assert house.post("/programme/waste/weighing/withdraw", gone).status_code == 409
    assert "in force" in words(house.get(where))


@pytest.mark.parametrize("role", ["viewer", "reviewer"])
def test_who_looks_alone_opens_what_belongs_to_a_site(house: Served, role: str) -> None:
    where = weighed(house, date="2022-04-01")

    answer = house.get(where, by=role)
    assert answer.status_code == 200
    assert "Correct what is said of it" not in words(answer)
    assert "Your role looks at entries" in words(house.get("/programme/waste/weighing/add", by=role))
    assert house.get("/programme/waste/weighing/template.xlsx", by=role).content[:2] == b"PK"


def test_an_entry_that_went_to_another_site_is_shown_as_that(house: Served) -> None:
    where = weighed(house, date="2022-05-01")
    entry = where.partition("id=")[2]
    assert (
        house.post("/programme/waste/weighing/entry", {"entry": entry, "site": "B", "reason": "x"}).status_code == 303
    )

    shown = house.get(where, by="scoped")
    assert "at another site since" in words(shown)
    assert "Withdraw it" not in words(shown)
    assert house.post("/programme/waste/weighing/entry", {"entry": entry, "mass": "3"}, by="scoped").status_code == 404
    assert "in force" in words(house.get(where))


def test_the_table_that_is_taken_out_is_read_back_as_it_is(house: Served) -> None:
    odd = ("+86 21 1234", "'=x", 'a"b, c', "-")
    for number, text in enumerate(odd):
        weighed(house, date=f"2021-03-0{number + 1}", carrier=text, mass="5.065621724088441")
    table = house.get("/programme/waste/weighing/entries.csv").content
    done = house.post("/programme/waste/weighing/import", {}, files={"file": ("weighing.csv", table)})
    assert done.status_code == 303, words(done)
    assert house.get("/programme/waste/weighing/entries.csv").content == table  # nor is anything entered anew


def test_the_workbook_of_a_report_has_the_rows_that_its_page_leaves_out(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(_workspace: object, asked: Asked) -> ModuleReport:
        rows = pl.DataFrame({"n": range(1, 701)})
        table = Table("many", "Landfills", (Column("n", "Year"),), rows)
        return ModuleReport(
            module="waste", title="Waste", period=str(asked.year), says=(), lines=(), tables=(table,)
        )  # fmt: skip

    monkeypatch.setattr("wattstone.workflows.programme.waste.report", many)
    asked = house.post("/run/programme", {"module": "waste", "year": "2031", "back": "/programme/waste?year=2031"})
    assert asked.status_code == 303, words(asked)
    (name,) = house.do("programme").documents

    assert "and 200 more rows: the workbook has them" in words(house.get(f"/documents/{name}"))
    book = load_workbook(BytesIO(house.get(f"/documents/{name}/files/xlsx").content), read_only=True)
    numbers = [row[0] for sheet in book for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert numbers == list(range(1, 701))
    assert house.get(f"/documents/{name}/files/xlsx", by="viewer").status_code == 403
