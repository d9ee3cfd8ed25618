"""How a site is held, as tables and command lines have it: `leased_out,lease=operating,from=2025-04-01`."""

from collections.abc import Iterable
from typing import Any, Final

from wattstone.portfolio.model import Control

__all__ = ["control_text", "read_controls"]

_NAMES: Final = {"from": "start", "until": "end", "lease": "lease", "equity": "equity", "operational": "operational",
                 "financial": "financial"}  # fmt: skip
_SAID: Final = {True: "yes", False: "no"}


def control_text(controls: Iterable[Control]) -> str:
    """Holdings as a cell of a table has them, parted by semicolons; empty where nobody said how a site is held.

    Examples
    --------
    >>> control_text([Control(holding="joint_venture", equity=0.5, operational=True)])
    'joint_venture,equity=0.5,operational=yes'
    """
    return "; ".join(_one(control) for control in controls)


def _one(control: Control) -> str:
    parts = [str(control.holding)]
    for name, field in _NAMES.items():
        value = getattr(control, field)
        if value is None:
            continue
        text = _SAID[value] if isinstance(value, bool) else f"{value:.12g}" if isinstance(value, float) else str(value)
        parts.append(f"{name}={text}")
    return ",".join(parts)


def read_controls(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """What such a text says, for the models of the sites to judge, and names in it that mean nothing.

    Parameters
    ----------
    text : str
        Holdings parted by semicolons or lines.

    Returns
    -------
    list of dict, list of str
        Fields of `Control` as texts; names that are none.

    Examples
    --------
    >>> read_controls("owned,until=2025-04-01; leased_out, lease=operating")[0]
    [{'holding': 'owned', 'end': '2025-04-01'}, {'holding': 'leased_out', 'lease': 'operating'}]
    """
    made: list[dict[str, Any]] = []
    strange: list[str] = []
    for line in text.replace("；", ";").replace("\n", ";").split(";"):
        if not line.strip():
            continue
        holding, *pairs = [part.strip() for part in line.replace("，", ",").split(",")]
        named = [tuple(map(str.strip, pair.partition("=")[::2])) for pair in pairs if pair]
        strange += [name for name, _ in named if name not in _NAMES]
        made.append({"holding": holding, **{_NAMES.get(name, name): value for name, value in named if value}})
    return made, strange
