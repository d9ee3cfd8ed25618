"""Virtual meters as batches: computed hour by hour from the meters that they name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.inventory.plan import Stream
from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.portfolio.virtual import evaluate, parse
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import stepped
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.floating]


def virtual_batches(
    workspace: Workspace, streams: Sequence[Stream], known: Mapping[str, Stream], span: Dates
) -> list[Batch]:
    """Virtual meters, each as a batch of its own.

    Parameters
    ----------
    workspace : Workspace
        With the readings of the meters that they are computed from.
    streams : sequence of Stream
        Virtual meters.
    known : mapping of str to Stream
        All meters of the plan.
    span : Dates
        Local days.

    Returns
    -------
    list of Batch
        An hour is NaN where any of the meters in the expression is; those that a single step does not serve (hours and
        days together) are left out.
    """
    found: list[Batch] = []
    for stream in streams:
        terms = leaf_terms(virtual_terms([one.meter for one in known.values()]))[stream.meter.id]
        parts = list(stepped(workspace, [known[name] for name in terms if name in known], span))
        if not parts or len({len(part.conditions) for part in parts}) > 1:
            continue
        rows = {name: part.use[at] for part in parts for at, name in enumerate(part.meters)}
        flags = np.bitwise_or.reduce(np.concatenate([part.flags for part in parts]), axis=0)
        use = _computed(stream.meter.id, known, rows)
        found.append(replace(parts[0], streams=(stream,), use=use[None, :], flags=flags[None, :]))
    return found


def _computed(name: str, known: Mapping[str, Stream], rows: dict[str, Floats]) -> Floats:
    """Use of a meter, virtual or not."""
    if name in rows:
        return rows[name]
    expression = known[name].meter.expression if name in known else None
    if expression is None:
        return np.full(len(next(iter(rows.values()))), np.nan)
    tree = parse(expression)
    named = virtual_terms([known[name].meter])[name]
    columns = {one: _computed(one, known, rows) for one in named}
    frame = pl.DataFrame({f"c{at}": values for at, values in enumerate(columns.values())})
    places = {one: pl.col(f"c{at}") for at, one in enumerate(columns)}
    result = frame.select(evaluate(tree, places).alias("use"))["use"].fill_null(float("nan")).to_numpy()
    rows[name] = result
    return result
