"""What forecasters have learnt, kept between runs: a run goes on where an earlier one left, if both saw the same.

Learning eight weeks of quarter hours takes seconds for each kind of series, a step of it a millisecond. So the state is
kept in `cache/forecasters` of the workspace, with the hash of all values that it saw and of the code that saw them.
Where a reading was corrected, came late, or the window moved on, the hash differs and the state is made anew: what is
forecast is the same with the folder and without it, and it may be deleted at any time. A file is replaced as a whole,
so that a kill leaves a whole one.
"""

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wattstone.forecasting import Forecaster, Spec, made, restored, written
from wattstone.workflows.series import EPOCH

Floats = NDArray[np.float64]

__all__ = ["Learnt", "anchored"]

ANCHOR = timedelta(days=14)
"""Windows begin on this grid, so that the next day's run learns from the same start."""
KEPT = 60 * 86400  # s that a file may lie unused


def anchored(moment: datetime) -> datetime:
    """The last time on a grid of fourteen days.

    Examples
    --------
    >>> anchored(datetime(1970, 1, 20))
    datetime.datetime(1970, 1, 15, 0, 0)
    """
    return EPOCH + (moment - EPOCH) // ANCHOR * ANCHOR


class Learnt:
    """Keeps forecasters between runs.

    Parameters
    ----------
    root : Path or None
        Folder of the workspace; None keeps nothing.
    """

    def __init__(self, root: Path | None) -> None:
        self._folder = None if root is None else root / "cache" / "forecasters"

    def resumed(
        self, spec: Spec, names: Sequence[str], values: Floats, *, until: int | None = None
    ) -> tuple[Forecaster, int]:
        """A forecaster that has seen some of the first steps, and how many.

        Parameters
        ----------
        spec : Spec
            What it forecasts.
        names : sequence of str
            Of the series.
        values : (series, t) array
            All that it is to see; NaN where absent.
        until : int or None
            It must not have seen more steps than these.
        """
        path = self._path(spec, names)
        try:
            content = b"" if path is None else path.read_bytes()
        except OSError:
            content = b""
        head, _, rest = content.partition(b"\n")
        try:
            said = json.loads(head)
            steps = int(said["steps"])
            if steps <= min(values.shape[1], values.shape[1] if until is None else until) and said["sha256"] == _hash(
                values[:, :steps]
            ):
                return restored(rest)[1], steps
        except (
            ValueError,
            KeyError,
            TypeError,
            OSError,
            EOFError,
            zipfile.BadZipFile,
        ):  # cut off, of another form, or of another version
            pass
        return made(spec), 0

    def keep(self, spec: Spec, names: Sequence[str], values: Floats, forecaster: Forecaster) -> None:
        """Keep a forecaster that has seen all of some values; without a folder, or room for it, nothing is kept."""
        path = self._path(spec, names)
        if path is None:
            return
        head = json.dumps({"steps": values.shape[1], "sha256": _hash(values)})
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(head.encode() + b"\n" + written(spec, forecaster))
            part.replace(path)
            self._sweep(path.parent)
        except OSError:
            part.unlink(missing_ok=True)

    def _path(self, spec: Spec, names: Sequence[str]) -> Path | None:
        if self._folder is None:
            return None
        told = {**asdict(spec), "start": spec.start.isoformat(), "holidays": sorted(map(date.isoformat, spec.holidays))}
        key = json.dumps([_code(), told, list(names)], sort_keys=True)
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.state"

    @staticmethod
    def _sweep(folder: Path) -> None:
        for path in folder.iterdir():
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink(missing_ok=True)


@cache
def _code() -> str:
    """Hash of the code that learns: a state of another version is none."""
    total = hashlib.sha256(np.__version__.encode())
    for one in sorted(files("wattstone.forecasting").iterdir(), key=lambda one: one.name):
        if one.name.endswith(".py"):
            total.update(one.read_bytes())
    return total.hexdigest()


def _hash(values: Floats) -> str:
    plain = np.where(np.isnan(values), np.nan, values)  # one kind of NaN
    return hashlib.sha256(np.ascontiguousarray(plain, dtype=np.float64).tobytes()).hexdigest()
