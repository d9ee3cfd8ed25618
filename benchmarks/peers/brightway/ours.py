"""The same supply chain by a plain Leontief inverse, and its purchases as lines of scope 3, category 1."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
from benchmarks.peers.brightway.chain import BOUGHT, EMITTED, INPUTS, PROCESSES, SPREAD, total

from wattstone.inventory.uncertainty import propagate, simulate, total_interval
from wattstone.programme.fleet.samples import entries
from wattstone.programme.suppliers.rollup import known, rolled
from wattstone.rates.gwp import gwp

CHARGED = "charged to the buyer"


def warming() -> dict[str, float]:
    """Warming potentials of the gases of the chain, of AR6. [kg CO2e kg-1]"""
    return {gas: gwp(gas, "AR6") for gas in ("CO2", "CH4", "N2O")}


def direct() -> dict[str, float]:
    """What a process emits itself for one unit. [kg CO2e]"""
    potential = warming()
    return {name: sum(mass * potential[gas] for gas, mass in EMITTED[name].items()) for name in PROCESSES}


def inverse() -> np.ndarray:
    """Leontief's inverse: how much each process (row) makes for one unit of each product (column) [1]_.

    References
    ----------
    .. [1] R. E. Miller and P. D. Blair, "Input-Output Analysis," 2nd ed., ch. 2, Cambridge University Press, 2009.
    """
    taken = np.zeros((len(PROCESSES), len(PROCESSES)))
    for (product, process), amount in INPUTS.items():
        taken[PROCESSES.index(product), PROCESSES.index(process)] = amount
    return np.linalg.inv(np.eye(len(PROCESSES)) - taken)


def cradle_to_gate() -> dict[str, float]:
    """Emissions of one unit with all that goes into it. [kg CO2e]"""
    own = np.array([direct()[name] for name in PROCESSES])
    return dict(zip(PROCESSES, (own @ inverse()).tolist(), strict=True))


def lines(bought: dict[str, dict[str, float]], emissions: Callable[[str], dict[str, float]]) -> pl.DataFrame:
    """Lines of an inventory of what sites buy.

    Parameters
    ----------
    bought : dict
        By site: how much of each product.
    emissions : callable
        Takes a product and returns the emissions of one unit by the process that they are charged to. [kg CO2e]

    Returns
    -------
    polars.DataFrame
        Columns of `uncertainty.lines.LINE`: one line a site, product and process, with the process as its factor.
    """
    rows = [
        (site, process, amount * value)
        for site, of in bought.items()
        for product, amount in of.items()
        for process, value in emissions(product).items()
    ]
    made = pl.DataFrame(rows, schema={"site_id": pl.String, "factor_key": pl.String, "value": pl.Float64}, orient="row")
    return made.with_columns(
        pl.int_range(pl.len()).alias("line"),
        pl.lit(3, pl.Int8).alias("scope"),
        pl.lit(1, pl.Int8).alias("category"),
        pl.lit(0.0).alias("activity_sd"),
        pl.col("factor_key").replace_strict(SPREAD, default=0.0, return_dtype=pl.Float64).alias("factor_sd"),
    )


def average(product: str) -> dict[str, float]:
    """The average-data method: the amount times one factor from cradle to gate."""
    return {CHARGED: cradle_to_gate()[product]}


def hybrid(product: str) -> dict[str, float]:
    """The hybrid method: what the supplier says that it emits itself, and factors for what goes into it [1]_.

    References
    ----------
    .. [1] WRI and WBCSD, "Technical Guidance for Calculating Scope 3 Emissions," 2013, category 1, hybrid method.
    """
    factors = cradle_to_gate()
    upstream = {taken: amount * factors[taken] for (taken, process), amount in INPUTS.items() if process == product}
    return {f"supplier of {product}": direct()[product], **upstream}


def by_process(product: str) -> dict[str, float]:
    """Emissions by the process that emits, each with an error of its own."""
    made, own = inverse()[:, PROCESSES.index(product)], direct()
    return {name: float(made[at]) * own[name] for at, name in enumerate(PROCESSES)}


def scores() -> Iterator[tuple[str, dict[str, float]]]:
    """By method: emissions of one unit of each product, of each site, and of it all. [kg CO2e]"""
    units = {name: {name: 1.0} for name in PROCESSES}
    for method in (average, hybrid, by_process):
        every = lines(BOUGHT | units, method)
        of = dict(total_interval(every, ["site_id"]).select("site_id", "value").iter_rows())
        whole = total_interval(every.filter(pl.col("site_id").is_in(list(BOUGHT))))["value"].item()
        yield method.__name__, of | {"all": whole}


def bill() -> dict[str, float]:
    """The chain as a bill of materials: one unit of each product, what each site buys, and it all. [kg CO2e]"""
    own = direct()
    products = entries("bom_product", *(
        {"product": name, "unit": "kg", "boundary": "gate_to_gate", "kg_per_unit": own[name], "gwp_set": "AR6"}
        for name in PROCESSES
    ))  # fmt: skip
    links = entries("bom_link", *(
        {"product": process, "component": product, "amount": amount, "unit": "kg"}
        for (product, process), amount in INPUTS.items()
    ))  # fmt: skip
    nodes = known(products, entries("product_footprint"))
    asked = {name: {name: 1.0} for name in PROCESSES} | BOUGHT | {"all": total()}
    found: dict[str, float] = {}
    for name, amounts in asked.items():
        rows = [{"year": 2026, "product": one, "quantity": amount} for one, amount in amounts.items() if amount]
        found[name] = float(rolled(links, nodes, entries("bom_demand", *rows)).nodes["kg"].sum())
    return found


def drawn(draws: int, seed: int) -> Callable[[], dict[str, Any]]:
    """Mean, standard deviation and quantiles of all that is bought, by simulation; the exact ones by propagation."""
    every = lines(BOUGHT, by_process)

    def run() -> dict[str, Any]:
        told = simulate(every, draws=draws, seed=seed).frame.row(0, named=True)
        exact = propagate(every).frame.row(0, named=True)
        quantiles = [told[name] for name in ("lower", "median", "upper")]
        return {"mean": told["mean"], "sd": told["sd"], "quantiles": quantiles, "exact": [exact["mean"], exact["sd"]]}

    return run
