"""Fitted models back from JSON, by the name and version of their method."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from wattstone.base import WattstoneError
from wattstone.baselines.model import Model

READERS: dict[str, str] = {
    "billing/1": "wattstone.baselines.daily_model:daily_from_json",
    "daily/1": "wattstone.baselines.daily_model:daily_from_json",
    "daily-robust/1": "wattstone.baselines.daily_model:daily_from_json",
    "best/1": "wattstone.baselines.best:best_from_json",
    "boosted/1": "wattstone.baselines.boosted:boosted_from_json",
    "ridge/1": "wattstone.baselines.ridge:ridge_from_json",
    "simulated/1": "wattstone.baselines.simulated:simulated_from_json",
    "towt-segments/1": "wattstone.baselines.segments:segments_from_json",
    "towt/1": "wattstone.baselines.towt:towt_from_json",
}
"""`module:function` that reads a method's JSON, by method; imported when it is asked for."""


def from_json(values: dict[str, Any]) -> Model:
    """A fitted model from the JSON values of `Model.to_json`.

    Parameters
    ----------
    values : dict
        With the key `method`, as `towt/1`.

    Returns
    -------
    Model
        Of one meter, predicting what it predicted when it was written.

    Raises
    ------
    WattstoneError
        For a method that this version does not know.
    """
    name = str(values.get("method"))
    if name not in READERS:
        raise WattstoneError(f"model of an unknown method '{name}'; known: {', '.join(sorted(READERS))}")
    module, function = READERS[name].split(":")
    return cast("Callable[[dict[str, Any]], Model]", getattr(import_module(module), function))(values)
