"""The contract of the command line: exit codes, what stands on standard output, what is asked."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import Run


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def unfolded(tree: str) -> str:
    """A tree without its branches and spaces: how wide the terminal is folds its lines."""
    return re.sub(r"[\s│├└─]+", "", tree)


def test_init_takes_defaults_and_can_be_repeated(wattstone: Run, tmp_path: Path) -> None:
    first = wattstone("init", tmp_path / "ws", "--json")
    assert (first.code, first.json["new"]) == (0, True)
    again = wattstone("init", tmp_path / "ws", "--currency", "CNY", "--json")
    assert (again.code, again.json["new"], again.json["organisation"]["currency"]) == (0, False, "CNY")


def test_init_refuses_a_folder_with_other_things(wattstone: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    refused = wattstone("init", tmp_path)
    assert refused.code == 2
    assert "other things" in " ".join(refused.err.split())  # wherever a line ends
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.txt"]


def test_inventory_json_is_all_that_stands_on_standard_output(wattstone: Run, workspace: Path) -> None:
    result = wattstone("inventory", workspace, "--year", 2025, "--json")
    assert result.code == 0
    content = result.json
    assert content["year"] == 2025
    wanted = {"id", "name", "value", "unit", "lower", "upper", "subject", "reason"}
    assert all(wanted <= set(figure) for figure in content["figures"])
    values = {(one["name"], one["subject"]): one["value"] for one in content["figures"]}
    assert values["energy.electricity", "organisation"] == pytest.approx(96.0)
    assert values["energy.natural_gas", "site:HQ"] == pytest.approx(144.0)
    # UK Government GHG Conversion Factors 2025: electricity 0.177, natural gas gross 0.18296 kg CO2e/kWh
    assert values["scope2.location", "organisation"] == pytest.approx(96 * 0.177)
    assert values["scope1", "organisation"] == pytest.approx(144 * 0.18296)
    by_name = {one["name"]: one for one in content["figures"] if one["subject"] == "organisation"}
    assert by_name["scope2.market"]["value"] == pytest.approx(96 * 0.177)  # no contract, no residual mix
    assert by_name["scope3"]["reason"] == "not computed yet"
    assert by_name["scope2.location"]["basis"] == "annual"


def test_one_basis_or_one_scope_is_shown_where_it_is_asked_for(wattstone: Run, workspace: Path) -> None:
    def names(*options: str) -> set[str]:
        content = wattstone("inventory", workspace, "--year", 2025, *options, "--json").json
        return {one["name"] for one in content["figures"] if one["name"].startswith("scope")}

    assert names("--scope", "1") == {"scope1"}
    assert names("--basis", "market") == {"scope1", "scope2.market", "scope3"}
    assert names("--basis", "location", "--scope", "2") == {
        "scope2.location", "scope2.location.annual", "scope2.location.hourly",
    }  # fmt: skip


def test_the_newest_year_is_that_of_the_clock_on_the_wall(wattstone: Run, tmp_path: Path) -> None:
    lines = [f"2024-12-31T{hour:02}:00,1" for hour in range(24)]  # in New York; the last five are of 2025 in UTC
    (tmp_path / "late.csv").write_text("\n".join(["time,main [kWh]", *lines]) + "\n")
    workspace = tmp_path / "ws"
    assert wattstone("init", workspace, "--zone", "America/New_York").code == 0
    assert wattstone("ingest", workspace, tmp_path / "late.csv", "--site", "HQ", "--yes").code == 0

    assert wattstone("export", workspace, tmp_path / "all.csv", "--json").json["year"] == 2024


def test_warnings_do_not_change_the_exit_code(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice.csv"
    rows = ["time,main electricity [kWh]", "2025-03-05T00:00Z,2.0", "2025-03-05T00:00Z,2.0", "2025-03-05T01:00Z,2.0"]
    twice.write_text("\n".join([*rows, "2025-03-05T02:00Z,2.0"]) + "\n")
    result = wattstone("ingest", workspace, twice, "--site", "HQ", "--json")
    assert result.code == 0
    assert [one["severity"] for one in result.json["sources"][0]["findings"]] == ["warning"]


def test_refused_input_leaves_everything_as_it_was(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    before = fingerprint(workspace)
    bad = tmp_path / "bad.csv"
    bad.write_text("time,main [furlongs]\n2025-03-05T00:00Z,two\n")
    for arguments in (("ingest", workspace, bad), ("inventory", workspace, "--year", 1999)):
        result = wattstone(*arguments)
        assert result.code == 2
        assert "Expected:" in result.err
        assert "To mend it:" in result.err
    assert fingerprint(workspace) == before


def test_a_refusal_is_json_too(wattstone: Run, tmp_path: Path) -> None:
    refused = wattstone("ingest", tmp_path / "nowhere", tmp_path, "--json")
    assert refused.code == 2
    assert refused.json["findings"][0]["code"] == "workspace.missing"


@pytest.mark.parametrize(
    "words",
    [
        ("supplier", "pact-check", "{file}"), ("target", "import", "{root}", "target", "{file}"),
        ("target", "attach", "{root}", "target", "near", "{file}"), ("nature", "area", "{file}"),
        ("activity", "import", "{root}", "{file}"), ("ingest", "{root}", "{file}"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_is_one_form_of_refusal(
    wattstone: Run, workspace: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = [one.format(root=workspace, file=tmp_path / "nowhere.csv") for one in words]
    refused = wattstone(*said, "--json")
    assert refused.code == 2
    assert refused.json["findings"][0]["place"].endswith("nowhere.csv")
    assert refused.json["findings"][0]["remedy"]


def test_usage_errors_are_refused_input(wattstone: Run) -> None:
    assert wattstone("inventory").code == 2
    assert wattstone("no-such-command").code == 2
    assert wattstone("inventory", "ws", "--year", "soon").code == 2


def test_verify_finds_nothing_then_a_correction(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    wattstone("inventory", workspace, "--year", 2025)
    assert wattstone("verify", workspace).code == 0
    late = tmp_path / "late.csv"
    late.write_text(
        "time,main electricity [kWh]\n2025-03-03T00:00Z,7.0\n2025-03-03T01:00Z,2.0\n2025-03-03T02:00Z,2.0\n"
    )
    assert wattstone("ingest", workspace, late, "--site", "HQ", "--json").json["sources"][0]["changed"] == 1
    found = wattstone("verify", workspace, "--json")
    assert found.code == 1
    moved = {one["name"].split(".")[0] for one in found.json["differences"]}
    assert "scope2" in moved
    assert "scope1" not in moved
    assert all(one["kind"] == "stale" for one in found.json["differences"])
    wattstone("inventory", workspace, "--year", 2025)
    assert wattstone("verify", workspace).code == 0


def test_quality_check_leaves_with_one(wattstone: Run, workspace: Path) -> None:
    assert wattstone("quality", workspace, "--year", 2025).code == 0
    assert wattstone("quality", workspace, "--year", 2025, "--check").code == 1  # most of the year is missing


def test_trace_goes_down_to_the_source(wattstone: Run, workspace: Path) -> None:
    wattstone("inventory", workspace, "--year", 2025)
    tree = wattstone("trace", workspace, "scope1@organisation@2025", "--json").json
    leaves, kinds = [tree], []
    while leaves:
        node = leaves.pop()
        kinds.append(node["kind"])
        assert "missing" not in node
        leaves += node["inputs"]
    assert {"figure", "slice", "source", "factor"} <= set(kinds)


def test_spreadsheets_and_report(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    csv, xlsx, html = (tmp_path / name for name in ("f.csv", "f.xlsx", "r.html"))
    assert wattstone("inventory", workspace, "--year", 2025, "--csv", csv, "--xlsx", xlsx).code == 0
    assert wattstone("report", workspace, "--year", 2025, "--output", html, "--lang", "zh").code == 0
    assert csv.stat().st_size > 1000
    assert xlsx.read_bytes()[:2] == b"PK"
    assert "Test &amp; Sons" in html.read_text(encoding="utf-8")


def test_personal_readings_leave_by_the_day_unless_asked(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    name = wattstone("meter", workspace, "--json").json["meters"][0]["id"]
    wattstone("meter", workspace, name, "--personal")
    assert (
        wattstone("export", workspace, tmp_path / "day.csv", "--year", 2025, "--meter", name, "--json").json["rows"]
        == 2
    )
    every = wattstone(
        "export", workspace, tmp_path / "all.csv", "--year", 2025, "--meter", name, "--personal", "--json"
    )
    assert every.json["rows"] == 48


def test_a_virtual_meter_by_command(wattstone: Run, workspace: Path) -> None:
    names = [one["id"] for one in wattstone("meter", workspace, "--json").json["meters"]]
    main = next(name for name in names if "electricity" in name)
    assert wattstone("meter", workspace, "half", "--site", "HQ", "--expression", f"0.5 * `{main}`").code == 0
    figures = wattstone("inventory", workspace, "--year", 2025, "--json").json["figures"]
    values = {(one["name"], one["subject"]): one["value"] for one in figures}
    assert values["energy.electricity", "meter:half"] == pytest.approx(48.0)
    assert values["energy.electricity", "organisation"] == pytest.approx(96.0)
    refused = wattstone("meter", workspace, "odd", "--site", "HQ", "--expression", "half + nothing")
    assert refused.code == 2


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from wattstone.interfaces.cli.app import run; run(['--help']); "
        "heavy = {'polars', 'numpy', 'pydantic', 'sqlalchemy', 'deltalake', 'pyarrow', 'altair'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_how_a_table_was_read_is_a_file_to_edit(wattstone: Run, workspace: Path, export: Path) -> None:
    mapping = workspace / "mappings" / "export.csv.toml"
    assert 'kind = "natural_gas"' in mapping.read_text(encoding="utf-8")

    # The gas meter counts heat: corrected in the file, with a remark, it serves another workspace too.
    edited = mapping.read_text(encoding="utf-8").replace('"natural_gas"', '"heat"') + "\n# the boiler is next door's\n"
    mapping.write_text(edited, encoding="utf-8")
    assert wattstone("init", workspace.parent / "other").code == 0
    result = wattstone("ingest", workspace.parent / "other", export, "--mapping", mapping, "--zone", "UTC")
    assert result.code == 0
    listed = wattstone("meter", workspace.parent / "other", "--json").json["meters"]
    assert sorted(one["kind"] for one in listed) == ["electricity", "heat"]
    assert mapping.read_text(encoding="utf-8") == edited


def test_an_edited_mapping_is_followed_and_left_as_it_was_written(
    wattstone: Run, workspace: Path, export: Path
) -> None:
    mapping = workspace / "mappings" / "export.csv.toml"
    edited = mapping.read_text(encoding="utf-8") + '# as the janitor said\nnulls = ["9.0"]\n'
    edited = edited.replace("\n[columns]", '\nnulls = ["9.0"]\n[columns]', 1).replace(
        'said\nnulls = ["9.0"]\n', "said\n"
    )
    mapping.write_text(edited, encoding="utf-8")
    export.write_text(export.read_text(encoding="utf-8").replace("T23:00Z,2.0", "T23:00Z,9.0"), encoding="utf-8")
    assert wattstone("ingest", workspace, export, "--json").json["sources"][0]["changed"] == 2
    assert mapping.read_text(encoding="utf-8") == edited


def test_the_mapping_of_another_table_of_that_name_is_not_lost(wattstone: Run, workspace: Path, export: Path) -> None:
    before = (workspace / "mappings" / "export.csv.toml").read_text(encoding="utf-8")
    export.write_text("when;lift power [kW]\n" + "".join(f"2025-04-01T{h:02}:00Z;{h}.5\n" for h in range(24)))
    assert wattstone("ingest", workspace, export, "--site", "HQ").code == 0
    assert (workspace / "mappings" / "export.csv.previous.toml").read_text(encoding="utf-8") == before
    assert 'reading = "power"' in (workspace / "mappings" / "export.csv.toml").read_text(encoding="utf-8")


def test_a_refusal_shows_what_was_detected_and_keeps_nothing(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("time,meter,reading\n" + "".join(f"2025-03-{day:02},A,{day}.5\n" for day in range(1, 9)))
    refused = wattstone("ingest", workspace, path)
    assert refused.code == 2
    assert 'value = "reading"' in refused.err
    assert not (workspace / "mappings" / "odd.csv.toml").exists()

    (tmp_path / "odd.toml").write_text(
        'unit = "kWh"\nkind = "heat"\n'
        + refused.err.split("uses it.\n")[1].split("\nRefused")[0].replace('kind = "unknown"\n', "")
    )
    assert wattstone("ingest", workspace, path, "--site", "HQ", "--mapping", tmp_path / "odd.toml").code == 0


def test_what_cannot_be_written_is_refused(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    beneath = tmp_path / "file" / "beneath"
    for arguments in (
        ("inventory", workspace, "--year", 2025, "--csv", beneath),
        ("inventory", workspace, "--year", 2025, "--xlsx", beneath),
        ("report", workspace, "--year", 2025, "--output", beneath),
        ("quality", workspace, "--csv", beneath),
        ("quality", workspace, "--html", beneath),
        ("export", workspace, beneath.with_suffix(".csv")),
    ):
        result = wattstone(*arguments)
        assert (result.code, "cannot be written" in " ".join(result.err.split())) == (2, True), (arguments, result.err)


def test_verify_without_figures_says_so(wattstone: Run, workspace: Path) -> None:
    assert "No figures have been recorded yet" in wattstone("verify", workspace).out


def test_lists_of_meters_fit_and_keep_their_ids(wattstone: Run, workspace: Path) -> None:
    wattstone(
        "meter", workspace, "rest", "--site", "HQ", "--expression", "`main electricity` - 0.5 * `main electricity`"
    )
    listed = wattstone("meter", workspace).out
    assert "main electricity" in listed
    assert "…" not in listed
    assert "= `main electricity`" in " ".join(listed.split())
    assert "There is no meter 'none'" in wattstone("meter", workspace, "none").out


def test_a_tariff_is_no_reading(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "flat.toml").write_text(
        'id = "flat"\nkind = "electricity"\ncurrency = "EUR"\nzone = "UTC"\nvalid_from = 2025-01-01\n'
        'source = "contract"\n[[bands]]\nname = "all"\nrate = 0.2\n'
    )
    said = wattstone("ingest", workspace, tmp_path / "flat.toml").out
    assert said == "flat.toml: tariff flat taken in; it holds no readings.\n"


def test_a_source_is_named_with_the_hash_that_other_tools_compute(
    wattstone: Run, workspace: Path, export: Path
) -> None:
    wattstone("inventory", workspace, "--year", 2025)
    told = wattstone("trace", workspace, "energy.natural_gas@organisation@2025", "--all").out
    assert f"sha256:{hashlib.sha256(export.read_bytes()).hexdigest()}" in unfolded(told)


def test_a_changed_factor_is_named_by_what_it_moves(wattstone: Run, workspace: Path) -> None:
    wattstone("inventory", workspace, "--year", 2025)
    told = wattstone("trace", workspace, "scope1@organisation@2025", "--all").out
    gas = "desnz2025_1_100_1004_6_1"
    assert f"row{gas}0.18296" in unfolded(told)
    head = "id,name,scope,category,region,year,value,unit,gas,gwp_set,source,source_year,licence,confidence,remark"
    row = f"{gas},natural_gas,1,fuels,GB,2025,0.19,kgCO2e/kWh_gross,CO2e,AR5,a letter,2025,own,B,"
    (workspace / "factors" / "own.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    found = wattstone("verify", workspace)
    assert found.code == 1
    assert "scope1@organisation@2025" in found.out
    assert "newer readings" not in found.out
    assert "energy.natural_gas@" not in found.out
    assert "scope2" not in found.out


def test_energy_per_area_takes_gas_by_the_calorific_value_of_the_year(
    wattstone: Run, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "gas.csv").write_text("time,kitchen gas [m3]\n2025-03-03T00:00Z,1.5\n2025-03-03T01:00Z,2.0\n")
    assert wattstone("ingest", workspace, tmp_path / "gas.csv", "--site", "HQ").code == 0
    figures = wattstone("inventory", workspace, "--year", 2025, "--json").json["figures"]
    intensity = next(one for one in figures if (one["name"], one["subject"]) == ("intensity.energy", "organisation"))
    # kWh of electricity and of the boiler over 100 m2; 2.06672 kg/m3 and 0.18296 kg/kWh gross: UK Government 2025
    assert intensity["value"] == pytest.approx((96 + 144 + 3.5 * 2.06672 / 0.18296) / 100)
    said = "natural gas in m3 taken as 11.3 kWh/m3 (gross), by the factors of desnz2025"
    assert said in intensity["notes"]
    told = unfolded(wattstone("trace", workspace, "intensity.energy@site:HQ@2025").out)
    assert "desnz2025_1_100_1004_1_1" in told  # by volume
    assert "desnz2025_1_100_1004_6_1" in told  # by energy
    assert wattstone("verify", workspace).code == 0


def test_energy_per_area_says_which_fuel_it_leaves_out(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "gas.csv").write_text("time,diesel [m3]\n2025-03-03T00:00Z,1.5\n2025-03-03T01:00Z,2.0\n")
    assert wattstone("site", workspace, "HQ", "--country", "CN").code == 0  # no density may be used there
    assert wattstone("ingest", workspace, tmp_path / "gas.csv", "--site", "HQ").code == 0
    figures = wattstone("inventory", workspace, "--year", 2025, "--json").json["figures"]
    intensity = next(one for one in figures if (one["name"], one["subject"]) == ("intensity.energy", "organisation"))
    assert intensity["value"] == pytest.approx((96 + 144) / 100)
    assert "without diesel, metered in m3" in intensity["notes"]
