"""The commands of the climate report from end to end: begun, written, reviewed, built, locked, compared, packed."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.workflows.estate import wattstone
from wattstone.interfaces.cli.disclose import editions, writing

YEAR = ("--year", 2025)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "mine"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    monkeypatch.setenv("WATTSTONE_KEYS", str(keys))
    monkeypatch.delenv("WATTSTONE_KEYS_PASSPHRASE", raising=False)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with 100 L of diesel, whose report was begun."""
    folder = tmp_path_factory.mktemp("disclose")
    fuel = folder / "fuel.csv"
    fuel.write_text(
        "line_id,site,kind,item,start,end,amount,unit\nf1,HQ,vehicle_fuel,diesel,2025-01-01,2025-12-31,100,L\n"
    )
    made = folder / "acme"
    wattstone("init", made, "--name", "Acme Pumps", "--gwp-set", "AR5")
    wattstone("site", made, "HQ", "--country", "GB")
    wattstone("activity", "import", made, fuel)
    wattstone("inventory", made, *YEAR)
    wattstone("disclose", "init", made, *YEAR, "--owner", "Ada")
    return made


def as_person(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let somebody else sit at the machine."""
    import wattstone.interfaces.cli.opening as opening

    monkeypatch.setattr(opening, "account", lambda: name)


def text(folder: Path, said: str) -> Path:
    file = folder / "text.md"
    file.write_text(said, encoding="utf-8")
    return file


def test_lists_say_what_is_asked_without_a_workspace() -> None:
    """TCFD: 11 disclosures and 7 categories; IFRS S2 answers governance by paragraph 6."""
    held = {one["key"]: one for one in wattstone("disclose", "standards", "--json").json["standards"]}
    assert held["tcfd@2021"]["count"] == 18
    assert held["ifrs-s2@2025"]["effective"] == "2027-01-01"
    assert held["esrs-e1@2025-draft"]["draft"] is True
    asked = wattstone("disclose", "topics", "--standard", "tcfd", "--standard", "ifrs-s2@2023", "--json").json["topics"]
    (board,) = [one for one in asked if one["id"] == "governance.board"]
    assert board["requirements"] == {"tcfd@2021": ["GOV-a"], "ifrs-s2@2023": ["6(a)(i)"]}
    assert "董事会的监督" in wattstone("disclose", "standards", "tcfd", "--lang", "zh").out
    assert "there is no requirement list" in wattstone("disclose", "standards", "s3", code=2).err


def test_a_report_is_begun_once_and_nothing_is_overwritten(root: Path) -> None:
    again = wattstone("disclose", "init", root, *YEAR, "--owner", "Bob", "--json").json
    other = wattstone("disclose", "init", root, *YEAR, "--standard", "ifrs-s2", "--json").json

    assert again["responsibilities"] == []
    assert len(again["kept"]) == 38
    assert "governance.skills" in other["responsibilities"]
    assert "governance.board" in other["kept"]
    held = wattstone("disclose", "list", root, "responsibility", "--json").json["entries"]
    assert {one["owner"] for one in held if one["topic"] == "governance.board"} == {"Ada"}


def test_texts_are_written_reviewed_built_locked_compared_verified_and_packed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100 L at 2.57082 kg CO2e/L are 257.082 kg."""
    as_person(monkeypatch, "ed")
    for lang, said in (("en", "Scope 1 was {{figure:scope1@2025}}."), ("zh", "范围一为 {{figure:scope1@2025}}。")):
        wattstone("disclose", "write", root, "metrics.method", text(tmp_path, said), *YEAR, "--lang", lang)
    typed = wattstone("disclose", "write", root, "governance.board", text(tmp_path, "It met 7 times."), *YEAR)
    assert "typed by hand" in typed.err
    assert "wrote the version" in wattstone(
        "disclose", "review", root, "metrics.method", "approved", *YEAR, code=2
    ).err.replace("\n", " ")
    as_person(monkeypatch, "rita")
    assert wattstone("disclose", "review", root, "metrics.method", "changes", *YEAR, code=2).err  # without a comment
    for lang in ("en", "zh"):
        wattstone("disclose", "review", root, "metrics.method", "approved", *YEAR, "--lang", lang)
    wattstone("disclose", "withdraw", root, "narrative", "2025~governance.board~en~", "--reason", "not ours")
    state = wattstone("disclose", "status", root, *YEAR, "--json").json
    (method,) = [one for one in state["topics"] if one["id"] == "metrics.method"]
    assert (method["status"], method["owner"], method["needs"]) == ("answered", "Ada", [])

    key = wattstone("disclose", "keys", "new", "Acme", "--json").json["key"]
    assert wattstone("disclose", "lock", root, *YEAR, "--check", "--json").json["blocking"] == 0
    edition = wattstone("disclose", "lock", root, *YEAR, "--json").json
    assert (edition["edition"], edition["key"]) == (1, key)
    assert wattstone("disclose", "verify", root, *YEAR, "--json").json["holds"] is True
    assert wattstone("disclose", "diff", root, *YEAR, "--json").json["changes"] == []
    as_person(monkeypatch, "ed")
    revised = text(tmp_path, "Scope 1 was {{figure:scope1@2025}}, all of it diesel.")
    assert "needs" not in wattstone("disclose", "write", root, "metrics.method", revised, *YEAR, code=2).out
    wattstone("disclose", "write", root, "metrics.method", revised, *YEAR, "--reason", "say which fuel")
    (change,) = [
        one for one in wattstone("disclose", "diff", root, *YEAR, "--json").json["changes"] if one["what"] == "text"
    ]
    assert (change["topic"], change["place"]) == ("metrics.method", "en")

    built = wattstone("disclose", "build", root, *YEAR, "--edition", 1, "--format", "json", "--json").json
    file = Path(built["file"])
    assert file.name == "acme-pumps-tcfd-2025-1.en.json"
    assert "257.082" in file.read_text(encoding="utf-8")
    pack = tmp_path / "pack.zip"
    wattstone("disclose", "pack", root, pack, *YEAR, "--edition", 1, "--format", "json")
    names = zipfile.ZipFile(pack).namelist()
    assert any(one.endswith("verify_pack.py") for one in names)
    assert any(one.endswith("acme-pumps-tcfd-2025-1.zh.json") for one in names)


@pytest.mark.parametrize("form", ["html", "ixbrl"])
def test_a_draft_is_written_as_a_file(root: Path, tmp_path: Path, form: str) -> None:
    """A zip begins with PK; the other forms have tests of their own, and take seconds."""
    file = tmp_path / f"report.{form}"
    done = wattstone("disclose", "build", root, *YEAR, "--format", form, "--out", file, "--lang", "zh", "--json").json

    assert done["edition"] is None
    assert file.read_bytes().startswith(b"<!doctype html>" if form == "html" else b"PK")


def test_sites_are_screened_and_scenarios_taken_in(root: Path, tmp_path: Path) -> None:
    layer, prices = tmp_path / "flood.csv", tmp_path / "prices.csv"
    layer.write_text("site,value\nHQ,0.8\n")
    prices.write_text("Model,Scenario,Region,Variable,Unit,2025,2030\nM,Steep,World,Price|Carbon,US$2010/t CO2,10,20\n")
    of = ("--hazard", "river_flood", "--scenario", "present", "--for-year", 2025, "--unit", "m", "--source", "made up")

    assert wattstone("disclose", "screen", root, layer, *of, "--threshold", 0.5, "--json").json["exposed"] == ["HQ"]
    assert "Expected" in wattstone("disclose", "scenario", root, prices, code=2).err
    said = ("--provider", "P", "--edition", "E", "--source", "made up", "--variable", "Price|Carbon")
    done = wattstone("disclose", "scenario", root, prices, *said, "--json").json
    assert len(done["new"]) == 2
    assert done["taken"] == [
        {"provider": "P", "model": "M", "edition": "E", "scenarios": ["Steep"], "regions": ["World"],
         "variables": ["Price|Carbon"], "units": ["US$2010/t CO2"], "first": 2025, "last": 2030}
    ]  # fmt: skip
    again = wattstone("disclose", "scenario", root, prices, *said).out
    assert "P, model M, edition E" in again


def test_a_site_is_placed_and_then_screened_where_it_is(root: Path, tmp_path: Path) -> None:
    """A point of the layer 1.1 km from the site counts, one 111 km away (a degree) does not."""
    layer = tmp_path / "heat.csv"
    layer.write_text("latitude,longitude,value\n-33.88,151.21,30\n-34.87,151.21,99\n")
    of = ("--hazard", "heat", "--scenario", "present", "--for-year", 2025, "--unit", "days", "--source", "made up",
          "--threshold", 20)  # fmt: skip
    assert wattstone("disclose", "screen", root, layer, *of, "--json").json["exposed"] == []

    for wrong in ("91,0", "nan,0", "0,-180.5", "51.5"):
        assert "-90" in wattstone("site", root, "HQ", "--position", wrong, code=2).err
    (site,) = wattstone("site", root, "HQ", "--position", "-33.87,151.21", "--json").json["sites"]

    assert (site["latitude"], site["longitude"]) == (-33.87, 151.21)
    done = wattstone("disclose", "screen", root, layer, *of, "--json").json
    assert done["exposed"] == ["HQ"]


def test_keys_are_made_rotated_exported_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTSTONE_KEYS", str(tmp_path / "k"))
    assert "There is no key" in wattstone("disclose", "keys", "list").out
    first = wattstone("disclose", "keys", "new", "Acme", "--json").json["key"]
    second = wattstone("disclose", "keys", "rotate", "--json").json["key"]
    pem = tmp_path / "acme.pem"
    wattstone("disclose", "keys", "export", first[:8], pem)
    wattstone("disclose", "keys", "revoke", second, "--reason", "lost")
    held = {one["key"]: one for one in wattstone("disclose", "keys", "list", "--json").json["keys"]}
    assert held[first]["retired"]
    assert held[second]["reason"] == "lost"

    monkeypatch.setenv("WATTSTONE_KEYS", str(tmp_path / "other"))
    known = wattstone("disclose", "keys", "add", pem, "--name", "Acme", "--json").json
    assert (known["key"], known["own"]) == (first, False)
    assert wattstone("disclose", "sign", tmp_path, *YEAR, code=2).err


def test_what_cannot_be_read_is_refused(root: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_bytes("Zürich".encode("latin-1"))

    refused = wattstone("disclose", "write", root, "metrics.method", bad, *YEAR, code=2).err
    assert "it is not UTF-8" in " ".join(refused.split())  # wherever the line breaks behind a long path
    said = wattstone("disclose", "write", root, "metrics.metod", text(tmp_path, "x"), *YEAR, "--json", code=2)
    assert any("metrics.metod" in one["found"] for one in json.loads(said.out)["findings"])
    assert wattstone("disclose", "validate", tmp_path / "none.xbri", code=1).err
    assert wattstone("disclose", "pack", root, tmp_path / "p.zip", *YEAR, "--format", "odt", code=2).err


def test_the_commands_are_those_that_are_promised() -> None:
    assert {one.__name__ for one in (*writing.COMMANDS, *editions.COMMANDS)} == {
        "init", "write", "review", "lock", "sign", "diff", "verify", "pack",
    }  # fmt: skip
