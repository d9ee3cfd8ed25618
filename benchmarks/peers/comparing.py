"""What the studies share: their arguments, whether figures agree, and the table."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import ROOT, Measured
from benchmarks.tables import Setting, machine

if TYPE_CHECKING:
    import polars as pl

EXACT = 1e-9  # relative


class Disagreement(Exception):
    """Two sides of a comparison computed different figures, so that their times are no comparison."""


@dataclass(frozen=True)
class Row:
    """One comparison, as texts."""

    what: str
    peer: str
    ours: str
    ratio: str = ""
    agreement: str = ""


Study = Callable[[str, Setting], Iterable[Row]]


def agreement(ours: Mapping[Any, float], peer: Mapping[Any, float]) -> str:
    """How many figures agree, and how far apart they are at most.

    Raises
    ------
    Disagreement
        If one side has a figure that the other lacks, or two are further apart than `EXACT`.
    """
    if alone := ours.keys() ^ peer.keys():
        raise Disagreement(f"{len(alone)} figures are on one side alone, as {min(map(str, alone))}")
    apart = {key: _apart(value, peer[key]) for key, value in ours.items()}
    worst = max(apart, key=lambda key: apart[key], default=None)
    return _told(len(apart), 0.0 if worst is None else apart[worst], str(worst))


def frames_agree(ours: "pl.DataFrame", peer: "pl.DataFrame", keys: list[str], values: list[str]) -> str:
    """The same of two frames with the same columns, row by row of their keys.

    Raises
    ------
    Disagreement
        If a key is on one side alone or there twice, or values are further apart than `EXACT`.
    """
    import polars as pl

    both = ours.join(peer, on=keys, how="inner", suffix=".peer")
    if not ours.height == peer.height == both.height:
        raise Disagreement(f"{ours.height} rows on our side, {peer.height} on the peer's, {both.height} on both")
    worst = 0.0
    for name in values:
        one, other = pl.col(name), pl.col(f"{name}.peer")
        larger = pl.max_horizontal(one.abs(), other.abs())
        # null or NaN on a side is no agreement
        apart = pl.when(one == other).then(0.0).otherwise((one - other).abs() / larger).fill_null(float("inf"))
        worst = max(worst, float(both.select(apart.fill_nan(float("inf")).max()).item()))
    return _told(both.height * len(values), worst, ", ".join(values))


def _apart(one: float, other: float) -> float:
    """Relative difference; infinite if one is no number."""
    if one == other:
        return 0.0
    apart = abs(one - other) / max(abs(one), abs(other))
    return apart if apart == apart else float("inf")


def _told(count: int, worst: float, where: str) -> str:
    if worst > EXACT:
        raise Disagreement(f"{worst:.1e} apart at {where}, more than {EXACT:.0e}")
    return f"{count:,} values equal" if worst == 0 else f"{count:,} values, at most {worst:.0e} apart"


def taken(one: Measured) -> str:
    """CPU seconds and memory of a side, as they stand in the table."""
    return f"{one.cpu:.1f} CPU-s, {one.peak:.2f} GB"


def times(ours: Measured, peer: Measured) -> str:
    """Our CPU seconds in those of the peer."""
    return f"{ours.cpu / peer.cpu:.2g} times the CPU"


def markdown(peer: str, rows: Iterable[Row]) -> str:
    """The table."""
    head = ("what", peer, "Wattstone", "ratio", "agreement")
    cells = ((row.what, row.peer, row.ours, row.ratio, row.agreement) for row in rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, tuple("---" for _ in head), *cells))


def main(name: str, study: Study) -> None:
    """Run a study and print its table and how it came about.

    Parameters
    ----------
    name : str
        Its folder.
    study : callable
        Takes the python of the peer's environment and a `Setting`, and returns rows.
    """
    parser = argparse.ArgumentParser(prog=f"tools/peers.sh {name}")
    parser.add_argument("python", help="of the environment that the peer is installed in")
    parser.add_argument("--small", action="store_true", help="tiny data: shows that everything runs")
    parser.add_argument("--scratch", type=Path, help="where data are made and kept; removed if left out")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real data sets"
    )
    given = parser.parse_args()
    wanted = (Path(__file__).parent / name / "requirements.txt").read_text(encoding="utf-8").split()
    about = machine()
    with tempfile.TemporaryDirectory(prefix="wattstone-peers-") as folder:
        scratch = (given.scratch or Path(folder)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        data = given.data.resolve() if given.data.is_dir() else None
        # The path as it is given, not resolved: it is by its path that a python finds its environment.
        rows = list(study(str(Path(given.python).absolute()), Setting(scratch=scratch, data=data, small=given.small)))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {', '.join(wanted).replace('==', ' ')}; {about}\n")
    print(f"{markdown(wanted[0].replace('==', ' '), rows)}\n")
    sys.stdout.flush()
