"""Which tests run on one worker: those that share what is made once, for each worker would make it anew.

A test that names a group (`pytest.mark.xdist_group`) runs where all of that group run. So do the tests of a file that
has a fixture of its module, and those below a folder that has one of a package or of the session. All others go to
whichever worker is free. pytest-xdist tells groups by the names of tests, which pytest 9.2 does not let it change
(https://github.com/pytest-dev/pytest-xdist/issues/1386), so that its own `loadgroup` knows no group; here the workers
write down what they collected, and the names of tests stay as they are.
"""

import gc
import json
import os
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

FOLDER = "wattstone_groups"
CHEAP = ("", "tests")  # places of fixtures that cost nothing: those of pytest and of plugins, and tests/conftest.py


def pytest_configure(config: pytest.Config) -> None:
    """Workers, and the programs that they start, get one thread each for linear algebra: each has about one core.

    Threads that wait for others on a core that is taken spend more time than they save. And while thousands of tests
    are collected there is no garbage to look for.
    """
    gc.disable()
    if config.getoption("dist", "no") != "no":
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(name, "1")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where to write what it collected."""
    node.workerinput[FOLDER] = str(_folder(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadgroup`, by what the workers wrote."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        @cached_property
        def groups(self) -> dict[str, str]:
            told = next(_folder(config).glob("*.json"))  # all workers collect the same
            return json.loads(told.read_text(encoding="utf-8"))

        def _split_scope(self, nodeid: str) -> str:
            return self.groups.get(nodeid, nodeid)

    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a worker, slow tests that belong to no group come first, so that none is left alone at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda one: one.get_closest_marker("slow") is None or bool(group_of(one)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays: no search for garbage goes through it again. A worker writes down the groups."""
    gc.collect()
    gc.freeze()
    gc.enable()
    told: dict[str, str] = getattr(session.config, "workerinput", {})
    if FOLDER in told:
        groups = {one.nodeid: group for one in session.items if (group := group_of(one))}
        Path(told[FOLDER], f"{told['workerid']}.json").write_text(json.dumps(groups), encoding="utf-8")


def group_of(item: pytest.Item) -> str:
    """The name of a test's group; nothing for one that may run anywhere."""
    if (named := item.get_closest_marker("xdist_group")) is not None:
        return str(named.args[0])
    known: dict[str, Sequence[pytest.FixtureDef[object]]] = getattr(
        getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}
    )
    made = [known[name][-1] for name in getattr(item, "fixturenames", ()) if name in known]
    costly = [one for one in made if one.baseid not in CHEAP]
    if wide := [one.baseid for one in costly if one.scope in ("package", "session")]:
        return min(wide, key=len)
    return item.nodeid.partition("::")[0] if any(one.scope == "module" for one in costly) else ""


def _folder(config: pytest.Config) -> Path:
    """Where the workers of a run write; gone after it."""
    if (held := getattr(config, FOLDER, None)) is None:
        held = tempfile.TemporaryDirectory(prefix="wattstone-groups-")
        config.add_cleanup(held.cleanup)
        setattr(config, FOLDER, held)
    return Path(held.name)
