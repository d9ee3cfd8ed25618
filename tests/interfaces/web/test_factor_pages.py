"""Pages of emission factors: found by what they serve and where they come from, traced to figures, one's own kept."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Site
from wattstone.workflows.activities import add_activity
from wattstone.workflows.inventory import take_inventory

PAGE = "/data/factors"
WATER = "desnz2025_17_404_4005_1_1"
PACK = """
[pack]
name = "What our suppliers say"
source = "letters of 2025-02"
source_year = 2025
licence = "ours"
confidence = "A"
gwp_set = "AR6"
region = "GB"
year = 2024

[[factor]]
id = "own_paper"
category = "goods"
name = "paper"
value = 0.5
unit = "kgCO2e/kg"
gas = "CO2e"
"""


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("factors"))
    yield held
    held.close()


def count_of(answer: httpx.Response) -> int:
    """The number in the heading above the list."""
    found = re.search(r"<h2>([\d\s]+) factors?</h2>", answer.text)
    return int(re.sub(r"\D", "", found[1])) if found else 0


def test_factors_are_found_by_activity_region_edition_and_letter(served: Served) -> None:
    """Counts are those of the table that the UK Government publishes, and of the notices of the Chinese ministries."""
    assert count_of(served.get(PAGE)) > 1800

    answer = served.get(f"{PAGE}?activity=water_supply&set=desnz2025")
    water = words(answer)
    assert (count_of(answer), WATER in water, "0.1913" in water) == (1, True, True)
    assert "OGL v3.0" in water
    # notice 2024 no. 33: one factor a province of 31, without Tibet, one a grid of 6 and the nation's
    assert count_of(served.get(f"{PAGE}?region=CN&set=cn_mee_2022")) == 38
    assert "There is no" not in words(served.get(f"{PAGE}?confidence=C&page=2"))
    assert "51 to" in words(served.get(f"{PAGE}?confidence=C&page=2"))
    assert "No factor matches." in words(served.get(f"{PAGE}?region=XX"))
    assert "You have no factors of your own yet." in words(served.get(f"{PAGE}?own=yes"))


def test_a_factor_tells_its_source_licence_letter_and_what_it_serves(served: Served) -> None:
    page = words(served.get(f"{PAGE}/{WATER}"))

    assert "0.1913 kgCO2e/m3" in page
    assert "flat file version 1 (2025)" in page
    assert "OGL v3.0" in page
    assert "A: read in the publisher's own file" in page
    assert "UK Government GHG Conversion Factors for Company Reporting 2025" in page
    assert "Water supply" in page
    assert "No recorded figure rests on it." in page
    assert served.get(f"{PAGE}/nothing").status_code == 404
    assert "38 factors" in words(served.get(f"{PAGE}/cn_mee_2022"))


def test_the_gases_of_a_factor_stand_together(served: Served) -> None:
    """eGRID2022 states CO2, CH4 and N2O of a subregion apart."""
    page = served.get(f"{PAGE}?q=egrid2022+wecc+california").text
    (first, *_) = re.findall(r'/data/factors/([^"?]+)"', page.split("<tbody>")[1])
    together = words(served.get(f"{PAGE}/{first}")).split("Together with it")[1].split("What it serves")[0]

    assert {"CO2", "CH4", "N2O"} <= set(together.split())
    assert "Alaska" not in together


def test_a_factor_leads_to_the_figures_that_rest_on_it_and_a_line_to_its_factor(served: Served) -> None:
    served.workspace.records.declare([Site(id="W", country="GB")], [], sites_by="user")
    said = {"site_id": "W", "kind": "water_supply", "start": "2025-03-01", "end": "2025-03-31", "amount": "100",
            "unit": "m3", "line_id": "W-1"}  # fmt: skip
    add_activity(served.workspace, said)
    take_inventory(served.workspace, 2025)

    line = served.get("/data/activities/line?id=W-1")
    # 100 m3 at 0.1913 kg CO2e a cubic metre (DESNZ 2025, water supply)
    assert "100 m3 0.1913 kg CO2e per m3" in words(line)
    assert "19.1 kg CO2e 19.1 kg CO2e" in words(line)
    assert f"/data/factors/{WATER}" in line.text
    listed = words(served.get("/data/activities?year=2025&scope=3"))
    assert re.search(r"1 100 m3 19\.1 kg CO2e", listed)
    assert re.search(r"2025-03 100 m3 19\.13", listed)
    assert "There are no such lines." in words(served.get("/data/activities?year=2025&scope=1"))
    used = served.get(f"{PAGE}/{WATER}")
    assert re.search(r"2025 \d+ figures?", words(used).split("Where it was used")[1])
    assert re.search(r'href="/o/acme/evidence[^"]+"', used.text.split("<h2>Where it was used")[1])


def test_a_factor_of_carbon_dioxide_alone_says_so(served: Served) -> None:
    """IPCC 2006 Guidelines: diesel has 74.1 t CO2 a TJ, of about 43 GJ a tonne: some 3.1 kg CO2 a kilogramme."""
    served.workspace.records.declare([Site(id="W", country="CN")], [], sites_by="user")
    said = {"site_id": "W", "kind": "vehicle_fuel", "item": "diesel", "start": "2022-03-01", "end": "2022-03-31",
            "amount": "10", "unit": "kg", "line_id": "F-1"}  # fmt: skip
    add_activity(served.workspace, said)

    page = words(served.get("/data/activities/line?id=F-1"))
    assert re.search(r"10 kg 3\.\d+ kg CO2 per kg", page)
    assert re.search(r"3\d\.\d kg CO2 ", page)


def test_own_packs_are_kept_shown_and_refused_with_all_that_is_wrong(served: Served) -> None:
    bad = PACK.replace("0.5", '"much"').replace("kgCO2e/kg", "kgCO2e/parsec")
    refused = served.post("/data/rates/own", {}, "admin", files={"file": ("own.toml", bad.encode())})
    assert refused.status_code == 422
    assert "much" in words(refused)
    assert "parsec" in words(refused)
    assert "own_paper" not in words(served.get(f"{PAGE}?own=yes", "admin"))

    kept = served.post("/data/rates/own", {}, "admin", files={"file": ("own.toml", PACK.encode())})
    assert kept.status_code == 303
    assert "A, your own" in words(served.get(f"{PAGE}?own=yes", "admin"))
    page = words(served.get(f"{PAGE}/own_paper", "admin"))
    assert "Kept in own.toml" in page
    assert "own_paper" not in words(served.get(PAGE + "?q=own_paper", "scoped"))
    assert served.get(f"{PAGE}/own_paper", "scoped").status_code == 404


def test_what_waits_for_acceptance_leads_to_it(served: Served) -> None:
    page = served.get(f"{PAGE}?confidence=C").text
    (first, *_) = re.findall(r'/data/factors/([^"?]+)"', page.split("<tbody>")[1])
    waits = served.get(f"{PAGE}/{first}", "admin")
    assert "It serves only after somebody accepted it" in words(waits)
    (href,) = re.findall(rf"/o/acme(/data/rates\?factor={first})#accept", waits.text)
    assert f'value="{first}"' in served.get(href, "admin").text
    assert "Accept it" not in words(served.get(f"{PAGE}/{first}", "viewer"))
    answer = served.post("/data/rates/accept", {"factor": first, "reason": "read it again"}, "admin")
    assert answer.status_code == 303
    assert f"Accepted: {first} read it again" in words(served.get(f"{PAGE}/{first}", "admin"))


def test_a_download_holds_all_that_match_and_the_pages_are_chinese(served: Served) -> None:
    rows = served.get(f"{PAGE}.csv?set=cn_mee_2022").content.decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 1 + 38
    assert served.get(f"{PAGE}.csv", "viewer").status_code == 403
    assert "可信度" in words(served.get(PAGE, lang="zh"))
    assert "英国" in words(served.get(f"{PAGE}/{WATER}", lang="zh"))
