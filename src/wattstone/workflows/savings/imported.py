"""Baselines that were simulated elsewhere (IPMVP option D) and taken in as readings of meters of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.simulated import Simulated
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.inventory.plan import Plan, Stream
from wattstone.portfolio.measures import Measure
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import stepped
from wattstone.workflows.savings.methods import Method
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Imported(Method):
    """A method that looks a simulation up.

    Parameters
    ----------
    model : Simulated or None
        Of the meters of a batch.
    """

    model: Simulated | None = field(default=None)

    def fit(
        self,
        use: Floats,
        conditions: Conditions,
        extra: Extra | None,
        kinds: Sequence[str],
        days: Conditions | None = None,
    ) -> Simulated:
        """The simulation, whatever was read; of meters that do not qualify nothing."""
        assert self.model is not None
        known = np.logical_or.reduce(~np.isnan(use), axis=1)
        return Simulated(self.model.start, np.where(known[:, None], self.model.use, np.nan))


def simulated_streams(measure: Measure, plan: Plan) -> tuple[list[Stream], list[Finding]]:
    """The meters that hold the simulated use, one for each meter of the measure in their order, or what is wrong.

    Parameters
    ----------
    measure : Measure
        Of option D; `simulation` names them, separated by commas.
    plan : Plan
        All meters.
    """
    known = {one.meter.id: one for one in plan.streams if one.meter.expression is None}
    names = [name.strip() for name in (measure.simulation or "").split(",") if name.strip()]
    if len(names) == len(measure.meters) and all(name in known for name in names):
        return [known[name] for name in names], []
    finding = Finding(
        code="measure.simulation",
        place=f"measure '{measure.id}', simulation",
        found="'{names}' does not name one meter with simulated use for each of its {count} meters",
        params={"names": measure.simulation or "", "count": len(measure.meters), "measure": measure.id},
        expected="ids of meters whose readings are the simulated use of the baseline, in both periods",
        remedy="take the simulation in with `wattstone ingest` as readings of a meter of its own, and name that meter "
        "with `wattstone measure WORKSPACE {measure} --simulation ID`",
    )
    return [], [finding]


def imported(workspace: Workspace, batch: Batch, streams: Sequence[Stream], method: Method, span: Dates) -> Imported:
    """The simulations of a batch as a method.

    Parameters
    ----------
    workspace : Workspace
        With their readings.
    batch : Batch
        The meters of the measure.
    streams : sequence of Stream
        Their simulations, in the order of the batch.
    method : Method
        Whose step is taken.
    span : Dates
        Both periods.
    """
    rows: dict[str, tuple[Floats, Conditions]] = {}
    for part in stepped(workspace, streams, span):
        use, conditions = part.use.astype(np.float64), part.conditions
        if method.step == "day" and conditions.step == "hour":
            use, conditions = fold_use(use, conditions), fold_days(conditions)
        rows |= {name: (use[at], conditions) for at, name in enumerate(part.meters)}
    wanted = batch.conditions if method.step == batch.conditions.step else fold_days(batch.conditions)
    empty = np.full(len(wanted), np.nan)
    values = [rows[one.meter.id][0] if one.meter.id in rows else empty for one in streams]
    alike = [value if len(value) == len(wanted) else empty for value in values]
    return Imported(method.choice, method.step, "", model=Simulated(wanted.start, np.stack(alike)))
