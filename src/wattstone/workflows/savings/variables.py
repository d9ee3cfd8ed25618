"""What explains use beside the weather: readings of meters of production or occupancy, beside those of a batch."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wattstone.baselines.conditions import Extra
from wattstone.savings.treatments import fill_short
from wattstone.workflows.hours import read_hours
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.workspace import Workspace


def with_variables(workspace: Workspace, batch: Batch, names: Sequence[str]) -> Batch:
    """A batch of hours with further variables.

    Parameters
    ----------
    workspace : Workspace
        With their readings.
    batch : Batch
        Of hours; other batches are given back as they are, without variables.
    names : sequence of str
        Ids of k meters, of any kind; gaps of up to six hours are filled linearly.
    """
    if not names or batch.conditions.step != "hour":
        return batch
    known = workspace.records.meter_keys()
    keys = np.array([known[name] for name in names], dtype=np.int64)
    hours = read_hours(workspace.lake, workspace.workers, keys, batch.conditions.start[0], len(batch.conditions))
    values = hours.power.astype(np.float64)
    fill_short(values)
    every = np.broadcast_to(values.T[None, :, :], (len(batch.streams), len(batch.conditions), len(names)))
    return replace(batch, extra=Extra(names=tuple(names), values=every.copy()))
