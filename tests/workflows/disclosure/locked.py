"""A small real workspace with a report to lock: two years of readings, one of a dwelling, an own factor, texts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, workspace, year
from wattstone.disclosure.material import Material
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.narratives import write
from wattstone.workflows.disclosure.reviewing import review
from wattstone.workflows.own_factors import keep_factors
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.workspace import Workspace

__all__ = ["EN", "FIGURES", "FLAT", "NOW", "ZH", "approved", "retold", "sourced", "taken", "text_of"]

START = datetime(2019, 1, 1)
HOURS = 8760 + 8784  # of 2019 and 2020
NOW = 2020
FIGURES = ("energy.electricity", "scope2.location")
EN = "The board looks at climate twice a year. We emitted {{figure:scope2.location@2020}}."
ZH = "董事会每年两次审议气候事项。排放量为{{figure:scope2.location@2020}}。"
FLAT = [0.5 + 0.0371 * (hour - 11.5) for hour in range(24)]
"""Half a kWh in the mean of a day; each hour has a number of its own, that can be looked for. It begins after noon."""
OWN = (
    "id,name,category,region,year,value,unit,gas,gwp_set,source,confidence\n"
    "own_grid_2020,Grid,purchased_electricity,GB,2020,0.25,kgCO2e/kWh,CO2e,AR4,letter of the supplier,B\n"
)


def taken(folder: Path) -> Path:
    """10 kWh in each hour at a works, half a kWh in a flat, whose meter is personal; the inventory of 2020 is taken."""
    flat = readings("flat", year(FLAT, HOURS - 13), site="B", start=START + timedelta(hours=13))
    rows = readings("m", year(10.0, HOURS), start=START), flat
    meters = [
        {"meter_id": "m", "site_id": "A", "kind": "electricity", "unit": "kWh", "personal": False},
        {"meter_id": "flat", "site_id": "B", "kind": "electricity", "unit": "kWh", "personal": True},
    ]
    sites = [{"site_id": one, "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0} for one in "AB"]
    folder.mkdir(parents=True)
    (folder / "own.csv").write_text(OWN, encoding="utf-8")
    root = workspace(folder / "ws", dataset(folder / "data", *rows, sites=sites, meters=meters),
                     settings=("--gwp-set", "AR4"))  # fmt: skip
    held = open_workspace(root)
    keep_factors(held, folder / "own.csv")
    inventory(root, NOW)
    _told(held, folder)
    held.close()
    return root


def _told(held: Workspace, folder: Path) -> None:
    for lang, text in (("en", EN), ("zh", ZH)):
        write(held, NOW, "governance.board", lang, text, who="Ada")
    said = {"year": str(NOW), "topic": "strategy.resilience", "ground": "not_available",
            "reason_en": "Next year.", "reason_zh": "明年。"}  # fmt: skip
    add_entry(held, "omission", said, who="Ada")
    proof = folder / "minutes.csv"
    proof.write_text("day,what\n2020-03-01,board\n", encoding="utf-8")
    attach_evidence(held, "omission", text_of(held, "omission"), proof, who="Ada")


def text_of(held: Workspace, kind: str = "narrative", lang: str = "") -> str:
    """The entry of the only omission, or of the text in a language."""
    ids = held.records.programme_entries(kind)["entry"]
    return next(one for one in ids if lang in one)


def approved(held: Workspace) -> None:
    """Have every text approved by somebody else."""
    for one in held.records.programme_entries("narrative")["entry"]:
        review(held, one, "approved", who="Bo")


def retold(held: Workspace, text: str, lang: str = "en") -> None:
    """Write the text of the board anew, and have it approved."""
    versions = held.records.programme_history("narrative", text_of(held, lang=f"{lang}"))
    write(held, NOW, "governance.board", lang, text, who="Ada", was=versions["hash"][-1], reason="said better")
    approved(held)


def material(_whole: Workspace, asked: int, held: Figures):
    """In place of all sources of a report: figures of the inventory, one of the year before, beside the texts."""
    figures = (*(held.shown(name, str(asked)) for name in FIGURES), held.shown(FIGURES[0], str(asked - 1)))
    return Material(figures={"metrics.ghg": figures}, every={one.key: one for one in figures})


def sourced(patch: pytest.MonkeyPatch) -> None:
    """Have statements made of these alone."""
    where = "wattstone.workflows.disclosure.statement"
    patch.setattr(f"{where}.metrics_material", material)
    patch.setattr(f"{where}.register_material", lambda *_: Material())
