"""Contracts and certificates on their pages: listed, judged, entered, corrected, imported, withdrawn, and their use."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Site
from wattstone.workflows.instruments.declare import add_instrument
from wattstone.workflows.instruments.importing import instrument_template
from wattstone.workflows.inventory import take_inventory

PATH = "/report/contracts"
THIN = "\N{NARROW NO-BREAK SPACE}"
GO = {
    "kind": "energy_attribute_certificate", "market": "DE", "vintage_start": "2019-01-01", "vintage_end": "2019-12-31",
    "volume": "120 kWh", "factor": "0", "factor_source": "register", "technology": "wind", "tracking_system": "HKNR",
    "serials": "DE-1", "retired_on": "2020-01-31", "retired_for": "Acme",
}  # fmt: skip
CSV = {"files": {"file": ("c.csv", instrument_template().encode(), "text/csv")}}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Site A in Germany used 480 kWh in 2019; its inventory takes all 120 kWh of the certificate, a quarter."""
    held = Served(tmp_path_factory.mktemp("told"))
    held.workspace.records.declare([Site(id="A", name="Hall <A>", country="DE")], [])
    add_instrument(held.workspace, "go", GO)
    add_instrument(held.workspace, "late", {**GO, "serials": "DE-20", "retired_on": "", "note": "<b>"})
    add_instrument(
        held.workspace,
        "old",
        {**GO, "serials": "DE-40", "vintage_start": "2016-01-01", "vintage_end": "2016-12-31"},
    )
    add_instrument(held.workspace, "mine", {**GO, "serials": "DE-30", "sites": "A", "vintage_start": "2019-12-31"})
    take_inventory(held.workspace, 2019)
    yield held
    held.close()


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("contracts"))
    held.workspace.records.declare([Site(id="A", country="DE")], [])
    yield held
    held.close()


def held_of(served: Served, name: str) -> Any:
    return next(one for one in served.workspace.records.instruments() if one.instrument.id == name)


def test_the_list_says_what_is_used_left_and_refused(told: Served) -> None:
    said = words(told.get(f"{PATH}?year=2019")).replace(THIN, " ")

    assert "3 contracts of 2019: 240 kWh of them are used, 0 kWh are left. 1 carries no claim." in said
    assert "Carries no claim It is not retired" in said
    assert "不能用于主张 尚未核销" in words(told.get(f"{PATH}?year=2019", lang="zh-CN"))
    assert "There is none" not in words(told.get(f"{PATH}?year=2031"))  # the newest year that has some


def test_a_contract_shows_its_claims_by_site_and_why_it_is_refused(told: Served) -> None:
    used, refused = told.get(f"{PATH}/one?id=go"), told.get(f"{PATH}/one?id=late")
    said = words(used).replace(THIN, " ")

    assert "2019: 120 kWh" in said
    assert "A electricity 120 kWh 120 kWh 0 kg CO2e" in said
    assert said.count("not asked") == 2  # criteria 6 and 7 are asked of rates and of contracts
    assert "not met It is not retired" in words(refused)
    assert "No inventory claims any of it so far" in words(refused)
    assert "<b>" not in refused.text
    assert told.get(f"{PATH}/one?id=lost").status_code == 404


def test_the_use_of_a_year_stands_there_with_its_evidence(told: Served) -> None:
    """240 of 480 kWh are served; the other half takes the average, for want of a residual mix of Germany."""
    answer = told.get(f"{PATH}/use?year=2019")
    said = words(answer).replace(THIN, " ")

    assert "Contracts serve 50 % of the electricity" in said
    assert "DE 1 480 kWh 240 kWh none" in said
    assert "late : It is not retired" in said
    assert "/evidence/allocation%3A" in answer.text
    assert told.get(f"{PATH}/use/charts/allocation.svg?year=2019").status_code == 200
    rows = told.get(f"{PATH}/use.csv?year=2019").text.splitlines()
    assert [one.split(",")[:2] for one in rows[1:]] == [["go", "A"], ["mine", "A"]]
    assert told.get(f"{PATH}/use.csv?year=2018").status_code == 404
    assert "This inventory knows of no contract" not in said


def test_a_certificate_of_another_year_is_named_where_it_serves_nothing(told: Served) -> None:
    for path in (f"{PATH}?year=2019", f"{PATH}/use?year=2019"):
        assert "old : It was generated from 2016-01-01 to 2016-12-31" in words(told.get(path))
    assert "In force, and of no use in 2019" in words(told.get(f"{PATH}?year=2019"))
    assert "2019 年不起作用" in words(told.get(f"{PATH}?year=2019", lang="zh-CN"))
    assert "of no use" not in words(told.get(f"{PATH}?year=all"))
    assert "of no use" not in words(told.get(f"{PATH}?year=2019", "scoped"))


def test_whoever_has_one_site_sees_what_names_it_and_no_use_of_others(told: Served) -> None:
    said = words(told.get(PATH, "scoped"))

    assert "mine" in said
    assert "late" not in said
    assert told.get(f"{PATH}/one?id=go", "scoped").status_code == 404
    assert "the whole organisation's" in words(told.get(f"{PATH}/use?year=2019", "scoped"))
    assert told.get(f"{PATH}/use.csv?year=2019", "scoped").status_code == 404
    assert told.get(f"{PATH}/use/charts/allocation.csv?year=2019", "scoped").status_code == 404
    key = told.get(f"{PATH}/use?year=2019").text.split("/evidence/allocation%3A")[1].split('"')[0]
    assert told.get(f"/evidence/allocation:{key}").status_code == 200
    assert told.get(f"/evidence/allocation:{key}", "scoped").status_code == 404


def test_without_contracts_the_page_begins_the_work(served: Served) -> None:
    assert "No contracts or certificates yet." in words(served.get(PATH))
    assert f"/o/acme{PATH}/one" in served.get(PATH).text
    assert "No inventory was taken yet" in words(served.get(f"{PATH}/use"))
    take_inventory(served.workspace, 2019)
    assert "This inventory knows of no contract" in words(served.get(f"{PATH}/use?year=2019"))


def test_a_contract_is_added_corrected_and_withdrawn(served: Served) -> None:
    answer = served.post(f"{PATH}/one", {**GO, "id": "go", "exclusive": "yes"})
    assert answer.headers["location"] == f"/o/acme{PATH}/one?id=go"
    assert held_of(served, "go").instrument.exclusive

    served.post(f"{PATH}/one", {**GO, "id": "go", "opened": "yes", "volume": "90 kWh", "retired_for": ""})
    said = held_of(served, "go").instrument
    assert (said.volume, said.retired_for, said.exclusive) == (90.0, None, False)
    assert "It is not retired" not in words(served.get(f"{PATH}/one?id=go"))
    assert "Nobody is named for whom it was retired" in words(served.get(f"{PATH}/one?id=go"))

    refused = served.post(f"{PATH}/withdraw", {"id": "go", "reason": " "})
    assert refused.status_code == 422
    assert 'id="e-reason"' in refused.text
    served.post(f"{PATH}/withdraw", {"id": "go", "reason": "sold <on>"})
    assert held_of(served, "go").withdrawn == "sold <on>"
    assert "Withdrawn sold <on>" in words(served.get(f"{PATH}/one?id=go"))
    served.post(f"{PATH}/one", {"id": "go", "opened": "yes"})
    assert held_of(served, "go").withdrawn == ""
    told = [one.what for one in served.workspace.records.audit(last=4)]
    assert told == ["contract", "withdraw contract", "contract", "contract"]


def test_what_is_refused_stands_at_its_field_with_what_was_typed(served: Served) -> None:
    answer = served.post(f"{PATH}/one", {**GO, "id": "go", "volume": "much", "sites": "nowhere", "supplier": "<x>"})

    assert answer.status_code == 422
    assert 'id="e-volume"' in answer.text
    assert "'much' cannot be read. A number such as 12000" in words(answer)
    assert "no volume" not in words(answer)
    assert 'value="much"' in answer.text
    assert "&lt;x&gt;" in answer.text
    assert 'id="e-sites"' in served.post(f"{PATH}/one", {**GO, "id": "go", "sites": "nowhere"}).text
    served.post(f"{PATH}/one", {**GO, "id": "go"})
    assert 'id="e-id"' in served.post(f"{PATH}/one", {**GO, "id": "go"}).text
    assert 'id="e-id"' in served.post(f"{PATH}/one", {**GO, "id": ""}).text
    assert len(served.workspace.records.instruments()) == 1


def test_a_table_is_taken_in_or_refused_as_a_whole(served: Served) -> None:
    head, row = instrument_template().splitlines()
    wrong = "\n".join([head, row.replace("500 MWh", "a lot"), row.replace("GO-2023-01", "")])
    refused = served.post(f"{PATH}/import", {}, files={"file": ("c.csv", wrong.encode(), "text/csv")})

    assert refused.status_code == 422
    said = words(refused)
    assert "Nothing was taken in" in said
    assert "c.csv, row 2, column 'volume'" in said
    assert "c.csv, row 3" in said
    assert served.workspace.records.instruments() == ()
    assert served.post(f"{PATH}/import", {}, **CSV).status_code in (200, 303)
    assert held_of(served, "GO-2023-01").entered_by == "analyst"
    for form in ("csv", "xlsx"):
        assert served.get(f"{PATH}/template.{form}").status_code == 200
    assert served.get(f"{PATH}/template.exe").status_code == 404


def test_a_document_is_attached(served: Served) -> None:
    served.post(f"{PATH}/one", {**GO, "id": "go"})
    files = {"files": {"file": ("contract.pdf", b"%PDF-1.7", "application/pdf")}}

    assert served.post(f"{PATH}/attach", {"id": "go"}, **files).status_code == 303
    sha = held_of(served, "go").instrument.document
    assert sha in words(served.get(f"{PATH}/one?id=go"))
    given = served.get(f"{PATH}/document/{sha}")
    assert (given.content, given.headers["X-Content-Type-Options"]) == (b"%PDF-1.7", "nosniff")
    assert given.headers["Content-Disposition"] == f'attachment; filename="{sha[:16]}.pdf"'
    assert served.get(f"{PATH}/document/{'0' * 64}").status_code == 404
    assert served.get(f"{PATH}/document/{sha}", by="viewer").status_code == 403
    assert served.post(f"{PATH}/attach", {"id": "lost"}, **files).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "reviewer", "operator", "scoped"])
def test_who_may_not_declare_in_all_of_it_changes_nothing(told: Served, role: str) -> None:
    before = told.workspace.records.instruments()
    for path, form in (("one", {**GO, "id": "new"}), ("withdraw", {"id": "mine", "reason": "x"})):
        assert told.post(f"{PATH}/{path}", form, by=role).status_code == 403
    assert told.post(f"{PATH}/import", {}, by=role, **CSV).status_code == 403
    files = {"files": {"file": ("contract.pdf", b"%PDF-1.7", "application/pdf")}}
    assert told.post(f"{PATH}/attach", {"id": "mine"}, by=role, **files).status_code == 403

    assert told.workspace.records.instruments() == before
    assert 'type="file"' not in told.get(PATH, role).text
    assert 'name="reason"' not in told.get(f"{PATH}/one?id=mine", role).text
