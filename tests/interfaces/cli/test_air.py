"""The commands for compressed air: what they write, what they refuse, and what can be traced."""

from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.cli.conftest import Run
from tests.workflows.air.works import STATION, write


def told(said: Any) -> str:
    """What a refusal says, without the folding of the terminal."""
    return " ".join(said.err.split())


def test_init_writes_a_file_once(wattstone: Run, tmp_path: Path) -> None:
    path = tmp_path / "station.toml"

    assert wattstone("air", "init", path, "--zone", "Asia/Shanghai", "--currency", "CNY", "--json").json["new"]
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert not wattstone("air", "init", path, "--json").json["new"]
    assert path.read_text(encoding="utf-8").endswith("# mine\n")
    assert 'zone = "Asia/Shanghai"' in path.read_text(encoding="utf-8")


def test_assess_gives_one_object_and_a_page_in_both_languages(wattstone: Run, tmp_path: Path) -> None:
    path = write(tmp_path)

    english = wattstone("air", "assess", path, "--json")
    chinese = wattstone("air", "assess", path, "--lang", "zh")

    assert (english.code, chinese.code) == (0, 0)
    content = english.json
    assert content["station"] == "works"
    assert content["leaks"]["flow"]["value"] == pytest.approx(5.0, rel=0.05)
    assert content["limit"] < sum(content["where"][part]["value"] for part in content["where"])
    pages = sorted(one.name for one in tmp_path.glob("*.html"))
    assert pages == ["station-assessment-en.html", "station-assessment-zh.html"]
    assert "泄漏" in chinese.out
    assert "泄漏" in (tmp_path / pages[1]).read_text(encoding="utf-8")


def test_figures_that_a_workspace_keeps_lead_to_file_and_log(wattstone: Run, tmp_path: Path) -> None:
    path, root = write(tmp_path), tmp_path / "ws"
    wattstone("init", root)

    said = wattstone("air", "assess", path, "--workspace", root, "--json")
    (energy,) = [one["id"] for one in said.json["figures"] if one["name"] == "air.energy"]
    tree = wattstone("trace", root, "air.energy@station:works@2025-03-03/2025-03-06", "--json").json

    files = str(tree)
    assert tree["id"] == energy
    assert wattstone("trace", root, energy, "--json").json == tree
    assert "log.csv" in files
    assert "station.toml" in files


def test_improve_writes_page_and_pdf(wattstone: Run, tmp_path: Path) -> None:
    path, page, pdf = write(tmp_path), tmp_path / "out" / "p.html", tmp_path / "out" / "r.pdf"

    said = wattstone("air", "improve", path, "--draws", 50, "--html", page, "--pdf", pdf, "--json")

    assert said.code == 0
    (single,) = said.json["singles"]
    assert single["money"] == pytest.approx(0.2 * single["energy"])
    assert said.json["joint"]["energy"] == pytest.approx(single["energy"])
    assert said.json["pages"] == [str(page), str(pdf)]
    assert pdf.read_bytes()[:5] == b"%PDF-"


NEGATIVE = STATION.replace("pressure_bar = 7.5", "pressure_bar = 7.5\npoints = [[0.0, -0.2], [0.5, 0.5], [1.0, 1.0]]")

# A station file, what is done to its log, and words of place, finding and remedy.
BAD: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "a curve of negative power": (NEGATIVE, {}, ("compressor 'C1'", "negative, -25.2 kW", "measured points")),
    "a receiver of zero": (STATION.replace("storage_m3 = 5.0", "storage_m3 = 0"), {}, ("no storage", "C1", "in m3")),
    "flow above capacity": (STATION, {"flows": 3.0}, ("header, flow", "reaches 54", "20 m3/min", "flow_unit")),
    "absolute for gauge": (STATION, {"above": 1.0}, ("header, pressure", "8.2", "pressure_absolute = true")),
    "gauge for absolute": (
        STATION + "\n[inlet]\npressure_bar_abs = 0.001\n",
        {},
        ("as if it were gauge", "pressure_bar_abs"),
    ),
    "cfm": (STATION, {"flows": 35.3147}, ("header, flow", "cfm would fit", "flow_unit")),
    "psi": (STATION, {"bars": 14.5038}, ("header, pressure", "psi would fit", "pressure_unit")),
    "W": (STATION, {"watts": 1000.0}, ("machine 'C1', power", "W would fit", "power_unit")),
    "cfm on the plate": (STATION.replace("= 20.0", "= 706"), {}, ("compressor 'C1'", "would fit in cfm")),
    "W on the plate": (STATION.replace("= 126.0", "= 126000"), {}, ("compressor 'C1'", "would fit in W")),
    "psi on the plate": (STATION.replace("= 7.5", "= 109"), {}, ("compressor 'C1'", "in psi")),
    "psi of the header": (
        STATION.replace("= 7.0", "= 101"),
        {},
        ("station.toml, network.pressure_bar", "psi would fit"),
    ),
    "more leaks than air": (
        STATION.replace("storage_m3 = 5.0", "storage_m3 = 5.0\nleaks_m3_per_min = 40"),
        {},
        ("the leaks, 40 m3/min",),
    ),
    "a key misspelled": (
        STATION.replace("storage_m3", "storge_m3"),
        {},
        ("network.storge_m3: there is no such key", "perhaps storage_m3", "network.storage_m3: it is not there"),
    ),
    "a control that is none": (
        STATION.replace('"load_unload"', '"load-unload"'),
        {},
        ("compressor.'C1'.control", "one of 'load_unload'"),
    ),
    "a column that is not there": (
        STATION.replace('"header [bar]"', '"header"'),
        {},
        ("column 'header'", "'header [bar]'"),
    ),
    "a file that is not there": (STATION.replace("log.csv", "logg.csv"), {}, ("logg.csv", "there is no such file")),
    "a file that is no TOML": (STATION.replace('"EUR"', "EUR"), {}, ("station.toml", "line 3")),
    "a machine that is not there": (STATION.replace("{ C1 =", "{ C7 ="), {}, ("no [[compressor]] has the name C7",)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_place_and_remedy_and_nothing_is_written(
    wattstone: Run, tmp_path: Path, name: str
) -> None:
    text, log, words = BAD[name]
    path = write(tmp_path, text, **log)
    before = sorted(tmp_path.iterdir())

    said = wattstone("air", "assess", path)

    assert said.code == 2, said.err
    assert [word for word in words if word not in told(said)] == [], told(said)
    assert "Expected:" in said.err
    assert "To mend it:" in said.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_station_file_that_is_not_there(wattstone: Run, tmp_path: Path) -> None:
    said = wattstone("air", "assess", tmp_path / "none.toml")

    assert (said.code, "none.toml: there is no such file" in told(said)) == (2, True)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ("50", ("modification 'half the leaks'", "a share of 0 to 1")),
        ("-0.5", ("modification.'half the leaks'", "0 or more")),
    ],
)
def test_an_impossible_modification_is_refused(wattstone: Run, tmp_path: Path, size: str, words: tuple[str]) -> None:
    path = write(tmp_path, STATION.replace("size = 0.5", f"size = {size}"))

    said = wattstone("air", "improve", path, "--draws", 50)

    assert said.code == 2
    assert [word for word in words if word not in told(said)] == []
    assert list(tmp_path.glob("*.html")) == []


def test_air_that_a_smaller_machine_leaves_unmet_is_told(wattstone: Run, tmp_path: Path) -> None:
    small = (
        '\n[[modification]]\nname = "small"\nkind = "replacement"\nreplaces = "C1"\ncompressor = { name = "S", '
        'control = "load_unload", flow_m3_per_min = 6, power_kw = 40, pressure_bar = 7.5 }\n'
    )
    said = wattstone("air", "improve", write(tmp_path, STATION + small), "--only", "small", "--draws", 50)

    assert "modification 'small'" in told(said)
    assert "m3 of air a year are not met any more" in told(said)
