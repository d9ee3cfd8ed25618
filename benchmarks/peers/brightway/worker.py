"""The supply chain by brightway: bw2calc on matrices that bw_processing holds, in the environment of the peer."""

# The peer is not installed where types are checked.
# pyright: reportMissingImports=false

import math
from collections.abc import Callable
from typing import Any

import bw2calc
import bw_processing
import numpy as np
from benchmarks.peers.brightway.chain import BOUGHT, EMITTED, INPUTS, PROCESSES, SPREAD, total

_NUMBER = {name: 100 + at for at, name in enumerate(PROCESSES)}
_GASES = {"CO2": 1, "CH4": 2, "N2O": 3}


def scores(warming: dict[str, float]) -> Callable[[], dict[str, float]]:
    """Emissions of one unit of each product, of what each site buys, and of it all. [kg CO2e]"""
    package = _package(warming)
    asked = {name: {name: 1.0} for name in PROCESSES} | BOUGHT | {"all": total()}

    def run() -> dict[str, float]:
        made = bw2calc.LCA(_demand(asked["all"]), data_objs=[package])
        made.lci()
        made.lcia()
        told = {}
        for name, amounts in asked.items():
            made.lcia(demand=_demand(amounts))
            told[name] = float(made.score)
        return told

    return run


def drawn(warming: dict[str, float], draws: int, seed: int) -> Callable[[], dict[str, Any]]:
    """Mean, standard deviation and quantiles of the emissions of all that is bought, lognormal errors of processes."""
    package = _package(warming, uncertain=True)

    def run() -> dict[str, Any]:
        made = bw2calc.LCA(_demand(total()), data_objs=[package], use_distributions=True, seed_override=seed)
        made.lci()
        made.lcia()
        found = np.array([made.score for _ in zip(range(draws), made, strict=False)])
        quantiles = np.quantile(found, [0.05, 0.5, 0.95]).tolist()
        return {"mean": found.mean(), "sd": found.std(ddof=1), "quantiles": quantiles}

    return run


def _demand(amounts: dict[str, float]) -> dict[int, float]:
    return {_NUMBER[name]: amount for name, amount in amounts.items() if amount}


def _package(warming: dict[str, float], *, uncertain: bool = False) -> Any:
    """The matrices. With errors a process emits one flow of CO2e, so that all its gases share one."""
    package = bw_processing.create_datapackage()
    own = [(name, name, 1.0, False) for name in PROCESSES]
    taken = [(*pair, amount, True) for pair, amount in INPUTS.items()]
    _add(package, "technosphere_matrix", [(_NUMBER[a], _NUMBER[b], v, flip) for a, b, v, flip in own + taken])
    if uncertain:
        flows = [(1, _NUMBER[name], _warming(EMITTED[name], warming), False) for name in PROCESSES]
        spread = np.zeros(len(flows), dtype=bw_processing.UNCERTAINTY_DTYPE)
        variance = np.array([math.log(1 + SPREAD[name] ** 2) for name in PROCESSES])
        # As the product has it the mean is what is reported, with brightway the median.
        spread["uncertainty_type"], spread["scale"] = 2, np.sqrt(variance)
        spread["loc"] = np.log([flow[2] for flow in flows]) - variance / 2
        for name in ("shape", "minimum", "maximum"):
            spread[name] = np.nan
        _add(package, "biosphere_matrix", flows, distributions_array=spread)
        _add(package, "characterization_matrix", [(1, 1, 1.0, False)])
        return package
    flows = [(_GASES[g], _NUMBER[name], mass, False) for name, of in EMITTED.items() for g, mass in of.items()]
    _add(package, "biosphere_matrix", flows)
    _add(package, "characterization_matrix", [(row, row, warming[gas], False) for gas, row in _GASES.items()])
    return package


def _warming(gases: dict[str, float], warming: dict[str, float]) -> float:
    return sum(mass * warming[gas] for gas, mass in gases.items())


def _add(package: Any, matrix: str, entries: list[tuple[int, int, float, bool]], **given: Any) -> None:
    rows, columns, values, flips = zip(*entries, strict=True)
    indices = np.array(list(zip(rows, columns, strict=True)), dtype=bw_processing.INDICES_DTYPE)
    package.add_persistent_vector(
        matrix=matrix, indices_array=indices, data_array=np.array(values), flip_array=np.array(flips), **given
    )
