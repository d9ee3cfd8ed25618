"""Energy of meters by the hour, added up as it is asked for; virtual meters are computed from those they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.portfolio import Meter
from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.portfolio.virtual import evaluate, parse
from wattstone.workflows.hours import read_hours
from wattstone.workflows.workspace import Workspace

__all__ = ["MeterHours"]

Floats = npt.NDArray[np.float64]
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class MeterHours:
    """Hours of the meters of a workspace.

    Parameters
    ----------
    workspace : Workspace
        Whole: sums do not depend on who asks.
    meters, keys : mapping
        By id.
    leaves : mapping
        Of each virtual meter, by id: the meters with readings that it is computed from.
    version : int or None
        Of the readings; the newest where None.
    """

    workspace: Workspace
    meters: Mapping[str, Meter]
    keys: Mapping[str, int]
    leaves: Mapping[str, frozenset[str]]
    version: int | None = None

    @classmethod
    def of(cls, workspace: Workspace, version: int | None = None) -> "MeterHours":
        """Those of a workspace, as it stands or as it stood at a version of the readings."""
        meters = workspace.records.meters()
        leaves = leaf_terms(virtual_terms(meters))
        held = {name: frozenset(terms) for name, terms in leaves.items()}
        return cls(workspace, {one.id: one for one in meters}, workspace.records.meter_keys(), held, version)

    def sums(self, wanted: Sequence[Sequence[str]], span: Period) -> Floats:
        """Sums of meters by hour.

        Parameters
        ----------
        wanted : sequence of sequence of str
            The meters of each row.
        span : Period
            Whole hours.

        Returns
        -------
        (rows, hours) array
            NaN where one of the meters is not known; 0 without meters. [kWh]
        """
        count = int((span.end - span.start) / _HOUR)
        named = {name for row in wanted for name in row}
        physical = sorted(
            {leaf for name in named for leaf in self.leaves.get(name, frozenset([name])) if leaf in self.keys},
            key=self.keys.__getitem__,
        )
        known: dict[str, Floats] = {}
        if physical:
            keys = np.array([self.keys[name] for name in physical], dtype=np.int64)
            start = np.datetime64(span.start, "s")
            lake, workers = self.workspace.lake, self.workspace.workers
            power = read_hours(lake, workers, keys, start, count, version=self.version).power
            known = {name: power[at].astype(float) for at, name in enumerate(physical)}
        totals = np.zeros((len(wanted), count))
        for at, row in enumerate(wanted):
            for name in row:
                totals[at] += self._energy(name, known, count)
        return totals

    def _energy(self, name: str, known: dict[str, Floats], count: int) -> Floats:
        """Hours of a meter, virtual or not."""
        if name in known:
            return known[name]
        expression = self.meters[name].expression if name in self.meters else None
        if expression is None:
            return np.full(count, np.nan)
        terms = virtual_terms([self.meters[name]])[name]
        columns = {one: self._energy(one, known, count) for one in terms}
        frame = pl.DataFrame({f"c{at}": values for at, values in enumerate(columns.values())})
        places = {one: pl.col(f"c{at}") for at, one in enumerate(columns)}
        result = frame.select(evaluate(parse(expression), places).alias("use"))["use"]
        known[name] = result.fill_null(float("nan")).to_numpy()
        return known[name]
