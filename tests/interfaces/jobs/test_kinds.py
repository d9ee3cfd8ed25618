"""The kinds of jobs themselves: ingest of an upload, inventory, quality; what they say and leave."""

from pathlib import Path
from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.jobs.inbox import forget, harmless_name, new_upload, tidy, uploaded
from wattstone.interfaces.jobs.kind import Outcome
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.jobs.perform import Task, perform
from wattstone.interfaces.present.job_names import JOB_NAMES, job_name
from wattstone.interfaces.present.languages import counter, translator
from wattstone.interfaces.store.workspace import open_workspace

ROWS = "time,kWh\n" + "".join(f"2022-01-{day:02}T{hour:02}:00Z,{hour + 1}\n" for day in (1, 2) for hour in range(24))


def task(root: Path, kind: str, /, role: str = "analyst", **params: Any) -> Task:
    acts = {"analyst": ("read", "ingest", "run"), "viewer": ("read",)}[role]
    return Task(
        id="1", tenant="acme", kind=kind, root=str(root / "acme"), params=params, asked_by="p", name="Ada", role=role,
        acts=acts, sites=None, spaces=(),
    )  # fmt: skip


def done(root: Path, kind: str, /, **params: Any) -> Outcome:
    return perform(task(root, kind, **params), lambda *_: None)


def upload(root: Path, text: str = ROWS, name: str = "HQ.csv") -> str:
    made, folder = new_upload(root / "acme")
    (folder / name).write_text(text, encoding="utf-8")
    return made


def words(outcome: Outcome, lang: Any = "en") -> list[str]:
    t, n = translator(lang), counter(lang)
    return [
        t(one.text, **one.params) if one.several is None else n(one.text, one.several, one.count or 0, **one.params)
        for one in outcome.message
    ]


def rows(root: Path) -> int:
    workspace = open_workspace(root / "acme")
    try:
        held = workspace.lake.scan("readings")
        return 0 if held is None else held.collect().height
    finally:
        workspace.close()


def read(root: Path, made: str, **more: Any) -> Outcome:
    return done(root, "ingest", upload=made, kind="electricity", unit="kWh", confirmed=True, **more)


def test_mails_and_alerts_call_a_job_what_its_pages_call_it() -> None:
    assert {name: kind.title for name, kind in KINDS.items()} == JOB_NAMES
    assert job_name("size", "zh") == "比较光伏与储能容量"
    assert job_name("of an older version", "zh") == "of an older version"


def test_an_upload_is_tried_then_taken_in_then_gone(root: Path) -> None:
    made = upload(root)

    tried = read(root, made, dry_run=True)
    assert words(tried) == ["HQ.csv: 48 readings would be taken in (meters: 1; new: 48; corrections: 0)."]
    assert rows(root) == 0

    taken = read(root, made)
    assert words(taken) == ["HQ.csv: 48 readings taken in (meters: 1; new: 48; corrections: 0)."]
    assert rows(root) == 48
    assert taken.data["sources"][0]["rows"] == 48
    with pytest.raises(InputRefused):
        uploaded(root / "acme", made)


def test_the_same_file_twice_changes_nothing(root: Path) -> None:
    read(root, upload(root))
    assert words(read(root, upload(root))) == ["HQ.csv: taken in before, no reading changed."]
    assert rows(root) == 48


def test_a_trial_says_what_it_would_correct(root: Path) -> None:
    read(root, upload(root))
    changed = read(root, upload(root, ROWS.replace("T05:00Z,6", "T05:00Z,7")), dry_run=True)
    assert words(changed) == ["HQ.csv: 48 readings would be taken in (meters: 1; new: 0; corrections: 2)."]


def test_a_file_that_is_refused_stays_to_be_read_in_another_way(root: Path) -> None:
    made = upload(root, "nonsense\nwithout,numbers\n")
    with pytest.raises(InputRefused):
        read(root, made)
    assert [one.name for one in uploaded(root / "acme", made)] == ["HQ.csv"]
    assert rows(root) == 0


def test_inventory_and_quality_of_what_was_taken_in(root: Path) -> None:
    read(root, upload(root))

    inventory, quality = done(root, "inventory"), done(root, "quality", year=2022)

    assert inventory.data["year"] == 2022
    assert inventory.data["new"] > 0
    assert [one.path for one in inventory.links] == ["report/inventory?year=2022"]
    assert words(quality)[0].startswith("1 meter was scored")
    assert [one["meter_id"] for one in quality.data["meters"]] == ["HQ"]


def test_without_readings_there_is_no_inventory(root: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        done(root, "inventory")
    assert [one.code for one in refused.value.findings] == ["workspace.empty"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_who_may_only_look_has_no_job_done(root: Path, kind: str) -> None:
    params: dict[str, Any] = {"upload": "0" * 32} if kind == "ingest" else {}
    with pytest.raises(InputRefused) as refused:
        perform(task(root, kind, role="viewer", **params), lambda *_: None)
    assert {one.code for one in refused.value.findings} & {"access.forbidden", "job.params"}


@pytest.mark.parametrize("name", ["../../etc", "0" * 31, "0" * 32 + "/..", "", "A" * 32])
def test_the_name_of_an_upload_leads_nowhere_else(root: Path, name: str) -> None:
    with pytest.raises(InputRefused):
        uploaded(root / "acme", name)
    forget(root / "acme", name)
    assert (root / "acme" / "wattstone.toml").is_file()


def test_a_link_in_an_upload_is_not_followed(root: Path) -> None:
    made, folder = new_upload(root / "acme")
    (folder / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(InputRefused):
        uploaded(root / "acme", made)


@pytest.mark.parametrize(
    "name",
    [
        "../../x.csv",
        "..\\..\\x.csv",
        "/etc/passwd",
        ".hidden",
        "a\0b.csv",
        "a\nb.csv",
        "..",
        "",
        "n" * 400 + ".csv",
        "é" * 300,
    ],
)
def test_the_name_of_a_file_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    made = tmp_path / harmless_name(name)
    made.touch()
    assert made.parent == tmp_path
    assert made.resolve().parent == tmp_path.resolve()
    assert not made.name.startswith(".")


def test_uploads_that_nobody_took_in_are_swept_away(root: Path) -> None:
    upload(root)
    assert tidy(root / "acme") == 0
    assert tidy(root / "acme", kept=-1.0) == 1
    assert list((root / "acme" / "inbox").iterdir()) == []
