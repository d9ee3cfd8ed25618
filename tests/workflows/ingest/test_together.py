"""A main meter and its sub-meters in one file are added up: the question is asked, with names and sums."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.readings.sources import How, open_source
from wattstone.workflows.declare import declare_meter
from wattstone.workflows.ingest import take_in
from wattstone.workflows.ingest.preview import preview, preview_how
from wattstone.workflows.ingest.together import main_of, together, whether_added_up
from wattstone.workflows.workspace import Workspace

BEGIN = datetime(2024, 5, 1)
HOURS = 48


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    yield held
    held.close()


def wide(path: Path, columns: dict[str, list[float]]) -> Path:
    """A table with a column for each meter, an hour a row."""
    lines = [",".join(["time", *(f"{name} [kWh]" for name in columns)])]
    for at, row in enumerate(zip(*columns.values(), strict=True)):
        lines.append(",".join([f"{BEGIN + timedelta(hours=at):%Y-%m-%dT%H:%M}Z", *(f"{one:g}" for one in row)]))
    path.write_text("\n".join(lines) + "\n")
    return path


def building(path: Path, *, other: float = 6) -> Path:
    """Every hour 10 kWh bought, of which ventilation takes 2 and the canteen 1 (or as much as is said)."""
    return wide(path, {"Hauptzaehler": [10.0] * HOURS, "Lueftung": [2.0] * HOURS, "Kantine": [other] * HOURS})


def meter(name: str, **said: object) -> Meter:
    plain = {"site_id": "A", "kind": "electricity", "unit": "kWh", "declared": "readings"}
    return Meter.model_validate({**plain, "id": name, **said})


def test_the_look_names_the_meters_with_their_sums_and_the_one_that_looks_like_the_main_meter(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = building(tmp_path / "werk.csv")
    seen = preview(workspace, path, preview_how(workspace, site="Werk", kind="electricity"))
    (asked,) = (one for one in seen.findings if one.code == "readings.added_up")

    assert not seen.refused
    assert asked.severity == "warning"
    assert asked.say(asked.found) == (
        "3 meters of one kind at the site 'Werk' are added up, and none is part of another: Hauptzaehler (480 kWh), "
        "Kantine (288 kWh), Lueftung (96 kWh); 'Hauptzaehler' shows no less than the others together in nearly every "
        "interval: it looks like the main meter"
    )


def test_where_the_others_are_more_no_main_meter_is_guessed(workspace: Workspace, tmp_path: Path) -> None:
    path = building(tmp_path / "werk.csv", other=9)
    seen = preview(workspace, path, preview_how(workspace, site="Werk", kind="electricity"))
    (asked,) = (one for one in seen.findings if one.code == "readings.added_up")

    assert asked.say(asked.found).endswith("Hauptzaehler (480 kWh), Kantine (432 kWh), Lueftung (96 kWh)")
    assert "main" not in asked.params


def test_it_is_asked_after_they_are_taken_in_until_somebody_says_how_they_stand(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = open_source(building(tmp_path / "werk.csv"), How(site="Werk", kind="electricity", confirm=lambda *_: True))
    (done,) = take_in(workspace, [source])
    (asked,) = whether_added_up(workspace, [source], [done])

    assert asked.params["main"] == "Hauptzaehler"
    assert asked.params["meters"] == "Hauptzaehler (480 kWh), Kantine (288 kWh), Lueftung (96 kWh)"
    for name in ("Lueftung", "Kantine"):
        declare_meter(workspace, name, {"parent_id": "Hauptzaehler"})
    assert whether_added_up(workspace, [source], [done]) == []


def test_of_what_was_taken_in_before_nothing_is_asked(workspace: Workspace, tmp_path: Path) -> None:
    source = open_source(building(tmp_path / "werk.csv"), How(site="Werk", kind="electricity", confirm=lambda *_: True))
    take_in(workspace, [source])

    (again,) = take_in(workspace, [source])

    assert again.already
    assert whether_added_up(workspace, [source], [again]) == []


@pytest.mark.parametrize(
    ("others", "groups"),
    [
        ([meter("b")], 1),
        ([meter("b", site_id="B")], 0),
        ([meter("b", kind="natural_gas")], 0),
        ([meter("b", parent_id="a")], 0),
        ([meter("b", direction="export")], 0),
        ([meter("b", kind="solar")], 0),
        ([meter("b", kind="water")], 0),
        ([meter("b", declared="user")], 0),
        ([meter("b", declared="user"), meter("c")], 1),
        ([meter("b"), meter("v", expression="a + b", counted=True, declared="user")], 0),
    ],
)
def test_it_is_asked_only_of_meters_that_are_added_up_unsaid(others: list[Meter], groups: int) -> None:
    every = [meter("a"), *others]

    assert len(together(every, ["a"])) == groups
    assert together(every, ["elsewhere"]) == []


def rows(**values: list[float | None]) -> pl.DataFrame:
    starts = [BEGIN + timedelta(hours=at) for at in range(max(map(len, values.values())))]
    return pl.concat(
        pl.DataFrame(
            {"meter_id": name, "start": starts[: len(some)], "seconds": 3600, "value": some},
            schema={"meter_id": pl.String, "start": pl.Datetime("us"), "seconds": pl.Int32, "value": pl.Float64},
        )
        for name, some in values.items()
    )


@pytest.mark.parametrize(
    ("values", "main"),
    [
        ({"a": [3.0] * 200, "b": [1.0] * 200, "c": [2.0] * 200}, "a"),
        ({"b": [1.0] * 200, "a": [3.0] * 200}, "a"),
        ({"a": [3.0] * 200, "b": [1.0] * 199 + [4.0]}, "a"),  # one hour of two hundred
        ({"a": [3.0] * 200, "b": [1.0] * 195 + [4.0] * 5}, None),  # five of them
        ({"a": [3.0] * 200, "b": [1.0] * 200, "c": [2.5] * 200}, None),
        ({"a": [3.0] * 20, "b": [1.0] * 20}, None),  # too few to say so
        ({"a": [3.0] * 200, "b": [None] * 190 + [1.0] * 10}, None),
        ({"a": [3.0] * 200}, None),
    ],
)
def test_a_main_meter_shows_no_less_than_the_others_together(values: dict[str, list[float | None]], main: str) -> None:
    assert main_of(rows(**values)) == main


def test_meters_of_several_lengths_are_not_held_against_each_other() -> None:
    half = rows(b=[1.0] * 200).with_columns(pl.lit(1800, pl.Int32).alias("seconds"))

    assert main_of(pl.concat([rows(a=[3.0] * 200), half])) is None


def test_multipliers_count(workspace: Workspace, tmp_path: Path) -> None:
    """A is read in steps of ten: 48 times 1 are 480 kWh."""
    workspace.records.declare([Site(id="Werk")], [meter("A", site_id="Werk", multiplier=10)], sites_by="user")
    path = wide(tmp_path / "w.csv", {"A": [1.0] * HOURS, "B": [4.0] * HOURS, "C": [3.0] * HOURS})
    seen = preview(workspace, path, preview_how(workspace, site="Werk", kind="electricity"))
    (asked,) = (one for one in seen.findings if one.code == "readings.added_up")

    assert (asked.params["main"], asked.params["meters"]) == ("A", "A (480 kWh), B (192 kWh), C (144 kWh)")


def test_the_command_line_asks_it_too_of_what_it_takes_in(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, root = building(tmp_path / "werk.csv"), str(tmp_path / "acme")
    create_workspace(tmp_path / "acme")
    taken = ["ingest", root, str(path), "--site", "Werk", "--kind", "electricity", "--yes"]

    assert run([*taken, "--json"]) == 0
    (asked,) = json.loads(capfd.readouterr().out)["findings"]
    assert (asked["code"], asked["severity"]) == ("readings.added_up", "warning")
    assert "Hauptzaehler (480 kWh)" in asked["found"]

    path.write_text(path.read_text().replace("10,", "11,"))
    assert run(taken) == 0
    assert "looks like the main meter" in " ".join(capfd.readouterr().err.split())
    for name in ("Lueftung", "Kantine"):
        assert run(["meter", root, name, "--parent", "Hauptzaehler"]) == 0
    path.write_text(path.read_text().replace("11,", "12,"))
    capfd.readouterr()
    assert run([*taken, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["findings"] == []
