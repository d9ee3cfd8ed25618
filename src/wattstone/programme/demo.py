"""The small example of each module that the demo organisation has: entries as data, in `demo.toml` beside its kinds."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from wattstone.programme.kinds import MODULES, Module

__all__ = ["demo_entries"]

_OWN: Final = ("kind", "fields")


def demo_entries(module: Module) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Kind and fields of each entry of a module's example, in the order of its file; nothing where there is none.

    Fields stand beside the kind of the entry, or in a table `fields` of it: a field may itself be called `kind`.

    Parameters
    ----------
    module : str
        See `wattstone.programme.kinds.MODULES`.
    """
    path = resources.files(MODULES[module]) / "demo.toml"
    if not path.is_file():
        return ()
    held: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("entry", [])
    return tuple(
        (one["kind"], {**{name: value for name, value in one.items() if name not in _OWN}, **one.get("fields", {})})
        for one in held
    )
