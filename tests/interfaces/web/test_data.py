"""Taking files in: judged by what is in them, looked at without a change, corrected, taken in by a job."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from tests.interfaces.web.served_pages import Served, area, readings, words
from wattstone.portfolio import Meter, Site
from wattstone.workflows.sources import taken_in


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("data"))
    yield held
    held.close()


def _dropped(served: Served, name: str, content: bytes, by: str = "analyst") -> "tuple[int, str]":
    answer = served.post("/data/upload", {}, by, files={"file": (name, content)})
    return answer.status_code, answer.headers.get("location", "").removeprefix("/o/acme")


def test_the_page_says_what_was_taken_in(served: Served) -> None:
    text = words(served.get("/data"))

    assert "Drop files here" in text
    assert "first.csv" in text
    assert "48" in text


def test_who_may_not_take_readings_in_sees_no_form_and_cannot_send_one(served: Served) -> None:
    assert 'type="file"' not in served.get("/data", "viewer").text
    assert _dropped(served, "a.csv", b"x", "viewer")[0] == 403


def test_a_file_is_looked_at_changed_and_taken_in(served: Served) -> None:
    before = len(taken_in(served.workspace))
    status, where = _dropped(served, "../../b.csv", readings("B", "B1", 24).encode())
    look = served.get(where)
    mapping = area(look, "mapping")

    assert (status, look.status_code) == (303, 200)
    assert "b.csv" in words(look)
    assert ".." not in where
    assert "2019-05-01T00:00:00Z" in look.text
    assert len(taken_in(served.workspace)) == before

    larger = served.post(where, {"mapping": mapping.replace('unit = "kWh"', 'unit = "MWh"'), "look": "1"})
    assert "10\N{NARROW NO-BREAK SPACE}000" in larger.text

    taken = served.post(where, {"mapping": mapping, "mapping:proposed": mapping, "kind": "electricity", "take": "1"})
    assert taken.headers["location"].startswith("/o/acme/jobs/")
    served.do("ingest")
    assert taken_in(served.workspace)[0].source == "b.csv"
    assert taken_in(served.workspace)[0].rows == 24
    assert served.get(where).status_code == 404


def test_a_site_that_is_new_is_given_its_country_and_clock(served: Served) -> None:
    _, where = _dropped(served, "new.csv", readings("N", "N1", 24).encode())
    form = {"kind": "electricity", "country": "CN", "clock": "Asia/Shanghai", "take": "1"}
    wrong = served.post(where, form | {"clock": "Mars/Olympus"})

    assert wrong.status_code == 422
    assert 'value="Mars/Olympus"' in wrong.text
    assert '<option value="CN" selected>' in wrong.text

    served.post(where, form)
    served.do("ingest")
    site = next(one for one in served.workspace.records.sites() if one.id == "N")
    assert (site.country, site.zone) == ("CN", "Asia/Shanghai")

    _, again = _dropped(served, "again.csv", readings("N", "N1", 30).encode())
    assert 'name="country"' not in served.get(again).text  # the meter is known


def test_a_trial_says_what_would_change_and_changes_nothing(served: Served) -> None:
    before = served.workspace.lake.version("readings")
    _, where = _dropped(served, "c.csv", readings("A", "A1", 72, 11).encode())

    served.post(where, {"kind": "electricity", "rehearse": "1"})
    served.do("ingest")

    assert "c.csv: 72 readings would be taken in (meters: 1; new: 24; corrections: 48)." in words(served.get(where))
    assert served.workspace.lake.version("readings") == before


def test_files_that_are_thrown_away_are_gone(served: Served) -> None:
    _, where = _dropped(served, "d.csv", readings("A", "A1", 5).encode())

    assert served.post(where, {"forget": "1"}).status_code == 303
    assert served.get(where).status_code == 404
    assert not list((served.root / "acme" / "inbox").glob(f"{where.rsplit('/', 1)[-1]}*"))


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("readings.csv", b"MZ\x90\x00" + bytes(2000), 415),
        ("readings.csv", b"<html><script>alert(1)</script>", 415),
        ("empty.csv", b"", 422),
        ("big.csv", b"a,b\n" * 400_000, 413),
    ],
)
def test_what_is_no_table_is_refused_by_what_is_in_it(served: Served, name: str, content: bytes, status: int) -> None:
    answer = served.post("/data/upload", {}, files={"file": (name, content)})

    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert not list((served.root / "acme" / "inbox").glob("*/readings.csv"))


def test_an_archive_cannot_write_outside_its_folder(served: Served) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../escaped.parquet", b"PAR1")
        archive.writestr("/etc/readings.parquet", b"PAR1")
    served.post("/data/upload", {}, files={"file": ("set.zip", packed.getvalue())})

    assert not list(served.root.parent.rglob("escaped*"))


def test_names_of_uploads_cannot_be_guessed_or_lead_elsewhere(served: Served) -> None:
    for name in ("0" * 32, "..%2f..%2f", "x"):
        assert served.get(f"/data/uploads/{name}").status_code == 404
        assert served.post(f"/data/uploads/{name}", {"forget": "1"}).status_code in (303, 404)
    assert (served.root / "acme" / "wattstone.toml").is_file()


def test_a_site_is_declared_and_a_wrong_value_loses_nothing(served: Served) -> None:
    wrong = served.post("/data/places/site", {"id": "C", "name": "Cold store", "zone": "Mars/Olympus"})
    assert wrong.status_code == 422
    assert 'value="Cold store"' in wrong.text

    served.post("/data/places/site", {"id": "C", "name": "Cold store", "zone": "Europe/Paris"})
    assert "Cold store" in words(served.get("/data/places"))
    refused = served.get("/data/places/site", "viewer")
    assert refused.status_code == 403
    assert "Your role here does not let you say what there is" in words(refused)  # no word about forms


def test_a_list_of_places_leads_nobody_where_they_may_not_go(served: Served) -> None:
    for what in ("site", "meter"):
        assert "/data/places/" not in served.get(f"/data/places?what={what}", "viewer").text.split("<main")[1]
        assert f"/data/places/{what}?id=A" in served.get(f"/data/places?what={what}", "scoped").text
    assert '/sites/A"' in served.get("/data/places", "viewer").text


def test_who_has_a_role_at_some_sites_is_told_what_is_true_and_sees_no_tariffs(served: Served) -> None:
    served.workspace.records.put_tariff("night-rate", "")
    assert "night-rate" in served.get("/data/rates", "viewer").text
    hidden = served.get("/data/rates", "scoped")
    assert "night-rate" not in hidden.text
    assert "who has a role in all of it" in words(hidden)
    assert "No readings yet" not in words(served.get("/data", "scoped"))


def test_a_factor_is_accepted_with_a_reason_only(served: Served) -> None:
    answer = served.post("/data/rates/accept", {"factor": "nothing-such", "reason": ""})

    assert answer.status_code == 422
    assert 'value="nothing-such"' in answer.text


def test_a_table_of_sites_or_meters_is_taken_in_or_refused_whole(served: Served) -> None:
    def sent(what: str, table: str, by: str = "analyst") -> int:
        files = {"file": ("places.csv", table.encode())}
        return served.post(f"/data/places/{what}/table", {}, by, files=files).status_code

    assert sent("site", "id,name,area,zone\nD,Depot,1200,Europe/Paris\nE,Works,-5,Europe/Paris\n") == 422
    assert "D" not in {one.id for one in served.workspace.records.sites()}
    assert sent("site", "id,name,area,zone\nD,Depot,1200,Europe/Paris\nE,Works,50,Europe/Paris\n") == 303
    assert {one.id: one.floor_area for one in served.workspace.records.sites()}["D"] == 1200

    assert sent("meter", "meter,site,kind,unit\nD1,D,electricity,kWh\nX1,nowhere,electricity,kWh\n") == 422
    assert sent("meter", "meter,site,kind,unit,dwelling\nD1,D,gas,kWh,yes\n") == 303
    (meter,) = (one for one in served.workspace.records.meters() if one.id == "D1")
    assert (meter.kind, meter.personal) == ("natural_gas", True)
    assert sent("site", "id,name\nF,Forbidden\n", "viewer") == 403


def test_the_look_shows_every_meter_of_a_wide_file_with_totals(served: Served) -> None:
    names = [f"M{at}" for at in range(60)]
    lines = ["time," + ",".join(f"{name} [kWh]" for name in names)]
    lines += [f"2019-05-0{day} {hour:02d}:00," + ",".join("2" * 60) for day in (1, 2) for hour in range(24)]
    lines[5] = lines[5].replace(",2", ",-2", 58)  # all but the last two are below zero once
    _, where = _dropped(served, "wide.csv", "\n".join(lines).encode())
    text = words(served.post(where, {"zone": "Europe/Berlin", "kind": "electricity", "look": "1"}))

    assert "2 880 readings of 60 meters." in text
    assert "M0 wide electricity 2019-05-01 00:00 2019-05-03 00:00 1 h 48 92 kWh new, 1 reading below zero" in text
    assert "and 10 more meters; those of which something was noticed come first" in text
    assert "name the site under “Site of readings that name none”, and look again" in text
    assert "Times are those of the clock of Europe/Berlin." in text
    assert "electricity 60 2 880 5 528 kWh" in text


def test_texts_among_numbers_are_read_as_gaps_by_a_button(served: Served) -> None:
    table = readings("A", "A1", 24).replace("T05:00Z,10", "T05:00Z,offline").replace("T07:00Z,10", "T07:00Z,1x")
    _, where = _dropped(served, "texts.csv", table.encode())
    look = served.get(where)

    assert "2 cells are no numbers: 'offline', '1x' in rows 7, 9" in words(look)
    assert 'name="gaps" value="offline"' in look.text
    again = served.post(where, {"gaps": "offline", "nulls": "", "unit": "kWh"})
    assert 'value="offline"' in again.text
    assert "1 cell is no number: '1x' in row 9" in words(again)
    typed = served.post(where, {"gaps": "offline", "nulls": "k.A.; offline"})
    assert 'name="nulls" type="text" value="k.A.; offline"' in typed.text  # each of them once
    assert "Correct what is said above, then press “Look again”" in words(typed)
    settled = served.post(where, {"nulls": "offline; 1x", "look": "1"})
    assert "2 gaps" in words(settled)
    assert "press “Look again”" not in words(settled)

    served.post(where, {"nulls": "offline; 1x", "kind": "electricity", "rehearse": "1"})
    served.do("ingest")
    assert "22 readings would be taken in" in words(back := served.get(where))
    assert 'value="offline; 1x"' in back.text  # what was said stays, so that it holds when it is taken in


def test_a_main_meter_and_its_parts_are_asked_about_before_and_after(served: Served) -> None:
    lines = [f"2019-05-0{day}T{hour:02}:00Z,10,2,6" for day in (1, 2) for hour in range(24)]
    table = "\n".join(["time,Haupt [kWh],Luft [kWh],Kantine [kWh]", *lines])
    _, where = _dropped(served, "werk.csv", table.encode())
    said = {"site": "Werk", "kind": "electricity"}
    look = served.post(where, {**said, "look": "1"})

    assert "Haupt (480 kWh), Kantine (288 kWh), Luft (96 kWh); 'Haupt' shows no less" in words(look)
    assert "name it under “Sites and meters” as the meter that already counts each of the others" in words(look)
    assert 'href="/o/acme/data/places?what=meter"' in look.text.split("<main")[1]

    taken = served.post(where, {**said, "take": "1"})
    served.do("ingest")
    job = served.get(taken.headers["location"].removeprefix("/o/acme"))
    assert "'Haupt' shows no less than the others together in nearly every interval" in words(job)
    assert 'href="/o/acme/data/places?what=meter"' in job.text.split("<main")[1]


def test_the_first_form_is_filled_with_the_clock_of_the_browser_while_it_has_its_default(served: Served) -> None:
    assert 'data-zone="UTC"' in served.get("/settings?first=yes").text
    assert "data-zone" not in served.get("/settings").text
    typed = {"first": "yes", "zone": "UTC", "name": "", "currency": "x", "approach": "", "gwp_set": ""}
    wrong = served.post("/settings", typed)
    assert wrong.status_code == 422
    assert "data-zone" not in wrong.text  # what was typed stays


def test_a_mapping_that_was_changed_holds_after_another_look(served: Served) -> None:
    _, where = _dropped(served, "unit.csv", readings("B", "B9", 24).encode())
    first = served.get(where)
    mapping = area(first, "mapping")
    changed = mapping.replace('unit = "kWh"', 'unit = "MWh"')
    look = served.post(where, {"mapping": changed, "mapping:proposed": mapping, "look": "1"})

    assert 'name="mapping:changed"' in look.text
    form = {"mapping": area(look, "mapping"), "mapping:proposed": area(look, "mapping"), "mapping:changed": "1"}
    served.post(where, {**form, "kind": "electricity", "take": "1"})
    assert 'unit = "MWh"' in served.jobs("ingest")[0].params["mapping"]
    served.do("ingest")


def test_the_key_enter_looks_again_and_takes_nothing_in(served: Served) -> None:
    _, where = _dropped(served, "enter.csv", readings("B", "B8", 5).encode())
    buttons = re.findall(r'<button[^>]* name="(\w+)"', served.get(where).text.split("<main", 1)[1])

    assert buttons[0] == "look"


def _own(value: str = "0.28307", ident: str = "own_gb_2019") -> bytes:
    return (
        "id,name,category,region,year,value,unit,gas,gwp_set,source,confidence\n"
        f"{ident},Grid,purchased_electricity,GB,2019,{value},kgCO2e/kWh,CO2e,AR4,letter,B\n"
    ).encode()


def test_own_factors_are_kept_listed_taken_out_and_removed(served: Served) -> None:
    def sent(content: bytes, name: str = "own.csv", by: str = "analyst") -> int:
        return served.post("/data/rates/own", {}, by, files={"file": (name, content)}).status_code

    assert sent(_own("-1")) == 422
    assert sent(_own(), by="viewer") == 403
    assert sent(_own(), by="scoped") == 403
    assert served.workspace.factor_files == ()
    assert 'type="file"' not in served.get("/data/rates", "scoped").text

    assert sent(_own(), "../../own.csv") == 303
    text = words(served.get("/data/rates"))
    assert "own.csv 1 factor" in text
    assert "own_gb_2019 Grid purchased_electricity GB 2019 0.28307 kgCO2e/kWh letter B" in text
    table = served.get("/data/rates/own/own.csv")
    assert table.text.splitlines()[1].startswith("own_gb_2019,Grid,,purchased_electricity,GB,2019,0.28307,kgCO2e/kWh")
    assert served.get("/data/rates/own/none.csv").status_code == 404
    assert served.get("/data/rates/own/own.csv", "viewer").status_code == 403
    assert "id,name,scope,category" in served.get("/data/rates/template.csv").text

    assert served.post("/data/rates/own/remove", {"file": "own.csv"}, "scoped").status_code == 403
    assert served.post("/data/rates/own/remove", {"file": "own.csv"}).status_code == 303
    assert served.workspace.factor_files == ()
    assert served.post("/data/rates/own/remove", {"file": "own.csv"}).status_code == 422
    assert [one.what for one in served.workspace.records.entries()[-2:]] == ["own factors", "remove own factors"]


def test_own_factors_that_are_refused_say_all_that_is_wrong(served: Served) -> None:
    bad = _own("=1+1").decode().replace("kgCO2e/kWh", "pounds").encode()
    answer = served.post("/data/rates/own", {}, files={"file": ("own.csv", bad)})

    assert answer.status_code == 422
    assert "own.csv, row 2, column 'value': '=1+1' is a formula" in words(answer)


def test_the_page_says_which_factors_lack_where_they_can_be_found_and_which_own_ones_serve_nothing(
    served: Served,
) -> None:
    """The readings are of 2019, for which no average of the German grid ships; the gas meter counts m3."""
    meters = [Meter(id=f"G-{kind}", site_id="G", kind=kind, unit=unit) for kind, unit in
              (("electricity", "kWh"), ("natural_gas", "m3"))]  # fmt: skip
    served.workspace.records.declare([Site(id="G", country="DE")], meters, sites_by="user")
    gas = _own().decode().replace("Grid,purchased_electricity,GB", "natural_gas,fuels,DE").replace("/kWh", "/kWh_gross")
    served.post("/data/rates/own", {}, files={"file": ("gas.csv", gas.encode())})
    page, chinese = served.get("/data/rates"), served.get("/data/rates", lang="zh-CN")
    served.post("/data/rates/own/remove", {"file": "gas.csv"})

    assert "grid electricity DE 2019 1 2022" in words(page)
    assert "Umweltbundesamt" in words(page)
    assert "is per kWh, but 1 meter of its fuel counts in m3: it does not serve it" in words(page)
    assert "Nothing can be computed" not in words(page)
    assert "尚无因子可用的项目" in words(chinese)
    assert "1 个同一燃料的计量点以 m3 计量" in words(chinese)


def test_what_one_may_not_do_is_answered_with_403_by_forms_too(served: Served) -> None:
    site = {"id": "B", "name": "Not mine", "zone": "Europe/Paris"}
    assert served.post("/data/places/site", site, "scoped").status_code == 403
    assert served.post("/data/rates/accept", {"factor": "x", "reason": "y"}, "scoped").status_code == 403
    assert served.post("/settings", {"name": "Mine", "currency": "EUR", "zone": "UTC"}, "scoped").status_code == 403
    assert '<form action="/o/acme/settings"' not in served.get("/settings", "scoped").text


def test_files_that_wait_are_found_again(served: Served) -> None:
    _, where = _dropped(served, "waits <b>.csv", readings("B", "B7", 5).encode())

    assert f'href="/o/acme{where}"' in (page := served.get("/data")).text
    assert "<b>.csv" not in page.text
    assert where not in served.get("/data", "viewer").text
    assert where not in served.get("/data", "scoped").text  # of which site they are is not known yet
    served.post(where, {"forget": "1"})
    assert where not in served.get("/data").text
