"""Site, plant and station files in the browser: begun, checked at their lines, kept whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.web.served_pages import Served, area, words
from wattstone.base import InputRefused
from wattstone.interfaces.web.shell import unpack
from wattstone.rates.tariffs import read_tariffs
from wattstone.workflows.machine_files.beside import add_beside, beside, remove_beside
from wattstone.workflows.machine_files.checked import checked
from wattstone.workflows.machine_files.kept import kept_file
from wattstone.workflows.machine_files.saved import save
from wattstone.workflows.toml_lines import line_of, with_values

TEXT = """\
# a station
id = "hall"
site = "A"
zone = "Europe/Berlin"
currency = "EUR"

[network]
pressure_bar = 7.0     # header
band_bar = 0.7
least_pressure_bar = 6.0
storage_m3 = 5.0
artificial = 0.3

[[compressor]]
name = "C1"
control = "load_unload"
rated_kw = -55.0
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("files"))
    yield held
    held.close()


def test_a_place_without_files_begins_the_work(served: Served) -> None:
    text = words(served.get("/action/microgrid"))

    assert "No microgrid yet." in text
    assert "Begin a file" in text
    assert "Begin a file" not in words(served.get("/action/microgrid", "viewer"))


def test_a_site_file_is_begun_from_what_is_known_and_kept(served: Served) -> None:
    begun = served.post("/files/site/begin", {"name": "A"})
    text = area(served.get("/files/site/A"), "text")

    assert begun.headers["location"] == "/o/acme/files/site/A"
    assert 'load = ["A1"]' in text
    assert not (served.root / "acme" / "sites" / "A.toml").exists()

    fixed = text.replace("workspace = true", "rate = 0.3")
    answer = served.post("/files/site/A", {"text": fixed, "was": ""})
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:  # what the template asks for is said at its line
        assert "line " in words(answer)


def test_everything_that_is_wrong_is_told_at_its_line_and_nothing_is_lost(served: Served) -> None:
    answer = served.post("/files/station/hall", {"text": TEXT, "was": ""})

    assert answer.status_code == 422
    assert area(answer, "text") == TEXT
    assert "line 14" in words(answer) or "line 17" in words(answer)
    assert not (served.root / "acme" / "stations" / "hall.toml").exists()


def test_what_is_no_toml_is_told_at_its_line(served: Served) -> None:
    (found,) = checked(served.workspace, "station", "hall", 'id = "a"\nzone = \n')

    assert (found.code, found.params["line"]) == ("file.toml", 2)


@pytest.mark.parametrize("name", ["../../records.db", "/etc/passwd", "../sites/../../wattstone.toml"])
def test_a_text_names_no_file_outside_its_folders(served: Served, name: str) -> None:
    found = checked(served.workspace, "plant", "p", f'id = "p"\n[data]\nfile = "{name}"\n')

    assert [one.code for one in found] == ["file.outside"]
    assert found[0].params["line"] == 3


@pytest.mark.parametrize("name", ["../escape", "a/b", ".hidden", "a\\b", "", "x" * 200])
def test_names_of_files_lead_nowhere_else(served: Served, tmp_path: Path, name: str) -> None:
    (tmp_path / "log").write_text("a")

    with pytest.raises(InputRefused):
        save(served.workspace, "plant", name, "id = 1", who="test")
    with pytest.raises(InputRefused):
        add_beside(served.workspace, "plant", f"{name}.exe", tmp_path / "log")


def test_who_may_not_declare_changes_nothing(served: Served) -> None:
    assert served.post("/files/station/hall", {"text": TEXT, "was": ""}, "viewer").status_code == 403
    assert served.get("/files/station/hall", "viewer").status_code == 404


def test_who_sees_one_site_keeps_no_file_of_another(served: Served) -> None:
    answer = served.post("/files/station/b", {"text": TEXT.replace('site = "A"', 'site = "B"'), "was": ""}, "scoped")

    assert answer.status_code in (403, 422)
    assert not (served.root / "acme" / "stations" / "b.toml").exists()


def _begun(served: Served) -> tuple[Path, str]:
    """A file of sizes as the template has it: where it lies, and its text."""
    path = served.root / "acme" / "sites" / "sizes" / "A.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    text = area(served.get("/files/sizes/A"), "text")
    served.post("/files/sizes/A", {"text": text, "was": ""})
    return path, text


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(served: Served) -> None:
    path, begun = _begun(served)
    first = kept_file(served.workspace, "sizes", "A")

    served.post("/files/sizes/A", {"text": begun.replace("years = 20", "years = 25"), "was": first.mark})
    late = served.post("/files/sizes/A", {"text": begun.replace("years = 20", "years = 15"), "was": first.mark})

    assert "years = 25" in path.read_text()
    assert late.status_code == 422
    assert "somebody has changed it" in words(late)


def test_numbers_are_changed_without_touching_the_rest(served: Served) -> None:
    _begun(served)
    text = kept_file(served.workspace, "sizes", "A").text
    mark = kept_file(served.workspace, "sizes", "A").mark
    answer = served.post(
        "/files/sizes/A", {"text": text, "was": mark, "few:money.years": "18", "few:money.discount_rate": "x; y"}
    )

    assert answer.status_code == 303
    assert kept_file(served.workspace, "sizes", "A").text == text.replace("\nyears = 20", "\nyears = 18")


def test_lines_of_tables_in_arrays_are_found_by_name_and_by_number() -> None:
    text = '[a]\nx = 1\n\n[[b]]\nid = "one"\ny = 2\n[[b]]\nid = "two"\ny = 3\n[b.c]\nz = 4\n'

    assert [line_of(text, where) for where in ("a.x", "b.0.y", "b.1.y", "b.'two'.y", "b.'two'.q", "b.c.z", "none")] == [
        2, 6, 9, 9, 7, 11, None,
    ]  # fmt: skip
    assert with_values(text, {"b.'two'.y": "5", "a.w": "7"}).splitlines()[1] == "w = 7"
    assert "y = 5" in with_values(text, {"b.'two'.y": "5"})


def test_what_lies_beside_is_listed_with_its_size_and_removed(served: Served, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x" * 812)
    (tmp_path / "b").write_text('name = "day and night"\n')
    add_beside(served.workspace, "plant", "log.csv", tmp_path / "a")
    add_beside(served.workspace, "plant", "prices.toml", tmp_path / "b")

    text = words(served.get("/files/plant/p"))
    assert "log.csv 812 B" in text
    assert "prices.toml 23 B" in text

    assert served.post("/files/plant/p/data/remove", {"file": "log.csv"}, "viewer").status_code == 403
    served.post("/files/plant/p/data/remove", {"file": "log.csv"})
    assert beside(served.workspace, "plant") == (("prices.toml", 23),)
    assert served.post("/files/plant/p/data/remove", {"file": "../../wattstone.toml"}).status_code == 422


def test_a_text_of_the_kind_is_not_removed_as_a_file_beside_it(served: Served) -> None:
    path = served.root / "acme" / "plants" / "kept.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[data]\nfile = "log.csv"\n')

    with pytest.raises(InputRefused):
        remove_beside(served.workspace, "plant", "kept.toml")
    path.unlink()


def test_a_tariff_that_is_missing_is_named_without_the_folders_of_the_server(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read_tariffs([tmp_path / ".scratch" / "check-1" / "tariff.toml"])

    (found,) = refused.value.findings
    assert found.found == "there is no such file"
    assert found.say(found.remedy) == "put tariff.toml beside the file that names it, or correct the name there"
    assert str(tmp_path) not in found.text()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "'../x' cannot be the name of such a file. To mend it: name it otherwise."),
        ("zh", "“../x”不能作为此类文件的名称。处理办法：换一个名称。"),
    ],
)
def test_a_name_that_is_none_is_refused_in_the_reader_s_language(served: Served, lang: str, said: str) -> None:
    answer = served.post(f"/files/plant/begin?lang={lang}", {"name": "../x"})
    message = unpack(answer.cookies["flash"])

    assert (answer.status_code, answer.headers["location"]) == (303, "/o/acme/action/plant")
    assert message is not None
    assert (message.text, message.tone) == (said, "act")
