"""The demo as it is served: portfolio and factory as two organisations of one server.

    DIR/served/estate    the portfolio, a link to DIR/workspace
    DIR/served/factory   the factory, a link to DIR/factory/workspace

The server keeps its accounts and jobs in DIR/served, so that nothing of it lies in a workspace. Whoever serves the
folder first has the factory's assessments and plans made, and the reports of the programme, so that their pages show
something.
"""

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["lay", "servable"]

_NEEDED = ("fastapi", "uvicorn", "jinja2", "prometheus_client")
_ORGANISATIONS = {"estate": Path("workspace"), "factory": Path("factory", "workspace")}
_SERVER = "server.db"


def servable() -> bool:
    """Whether the extra is installed that serves pages."""
    return all(find_spec(name) is not None for name in _NEEDED)


def lay(folder: Path, *, year: int) -> Path:
    """Lay the folder that is served, once; what is there stays.

    Parameters
    ----------
    folder : pathlib.Path
        Of the demo.
    year : int
        Of its inventory; the factory's plans are for a summer's day of it.

    Returns
    -------
    pathlib.Path
        What is served: `DIR/served`, or the portfolio alone where the system has no links.
    """
    root, held = folder / "served", {name: at for name, at in _ORGANISATIONS.items() if (folder / at).is_dir()}
    if "estate" not in held or not servable():
        return folder / "workspace"
    try:
        root.mkdir(exist_ok=True)
        for name, at in held.items():
            if not (root / name).is_dir():
                (root / name).symlink_to(Path("..", at), target_is_directory=True)
    except OSError:
        return folder / "workspace"
    if "factory" in held:
        _furnish(folder / "factory")
        _ask(root, year)
    return root


def _furnish(folder: Path) -> None:
    """The factory's station and plants among the files of its workspace, each unless somebody changed it there."""
    stations, plants = folder / "workspace" / "stations", folder / "workspace" / "plants"
    files = (
        ("station.toml", stations / "works.toml"),
        ("air-log.parquet", stations / "air-log.parquet"),
        ("tariff.toml", stations / "tariff.toml"),
        ("plant.toml", plants / "works.toml"),
        ("plant-log.parquet", plants / "plant-log.parquet"),
        ("tariff.toml", plants / "tariff.toml"),
        ("campus.toml", plants / "campus.toml"),
        ("campus-log.parquet", plants / "campus-log.parquet"),
    )
    for name, to in files:
        if to.exists() or not (folder / name).is_file():
            continue
        to.parent.mkdir(exist_ok=True)
        if name == "plant.toml":  # it takes in the heat of the station, which has a folder of its own here
            text = (folder / name).read_text(encoding="utf-8")
            to.write_text(text.replace('"station.toml"', '"../stations/works.toml"'), encoding="utf-8")
        else:
            shutil.copyfile(folder / name, to)


def _ask(root: Path, year: int) -> None:
    """Ask for what pages show, before the first start; the jobs then run beside the pages."""
    from wattstone.interfaces.jobs.asking import ask
    from wattstone.interfaces.jobs.standing import SCHEDULE
    from wattstone.interfaces.store.server import ServerRecords
    from wattstone.programme.demo import demo_entries
    from wattstone.programme.kinds import MODULES
    from wattstone.workflows.access import Principal, Role
    from wattstone.workflows.access.policy import POLICY

    if (root / _SERVER).exists() or os.environ.get("WATTSTONE_RECORDS"):
        return
    role = Role.ANALYST
    factory: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("inventory", {"year": year}),
        ("air", {"station": "works"}),
        ("plant", {"plant": "works", "at": f"{year}-07-05T00:00", "why": ["14"], "gap": 0.01, "seconds": 30}),
        ("improvement", {"station": "works"}),
        ("savings", {}),
    )
    parts = [one for one in MODULES if demo_entries(one)]
    wanted = {"factory": factory, "estate": [("programme", {"module": one, "year": year}) for one in parts]}
    with ServerRecords.at(root, create=True) as server:
        for tenant, jobs in wanted.items():
            nobody = Principal(id=SCHEDULE, name=SCHEDULE, kind="job", tenant=tenant, role=role, acts=POLICY[role])
            for kind, params in jobs:
                ask(server, nobody, kind, params)
