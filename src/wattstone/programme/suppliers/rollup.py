"""What a bill of materials comes to: emissions, hot spots, share of primary data and data quality by emissions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import polars as pl

from wattstone.base import NotComputable
from wattstone.programme.suppliers.chain.network import Floats, Network, cut, network, reached
from wattstone.programme.suppliers.chain.paths import paths
from wattstone.programme.suppliers.chain.solve import Solved, activities, footprints
from wattstone.programme.suppliers.chain.tiers import tiers
from wattstone.programme.suppliers.pact.basis import basis_of, per
from wattstone.programme.suppliers.pact.numbers import decimal_of
from wattstone.programme.suppliers.units import with_factor

__all__ = ["AXES", "Rolled", "Untold", "known", "rolled"]

AXES: Final = ("technological", "geographical", "temporal")


class Untold(NotComputable):
    """Why a chain cannot be rolled up; an English template and its values, so that it can be said otherwise.

    Parameters
    ----------
    template : str
    **params : str or int
    """

    def __init__(self, template: str, **params: str | int) -> None:
        self.template, self.params = template, params
        super().__init__(template.format(**params))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made of: it may come from another process."""
        return _untold, (self.template, self.params)


def _untold(template: str, params: dict[str, str | int]) -> Untold:
    return Untold(template, **params)


@dataclass(frozen=True, kw_only=True)
class Rolled:
    """A supply chain, solved for a demand.

    Parameters
    ----------
    nodes : DataFrame
        What the demand needs: `product`, `unit`, `supplier`, `boundary`, `tier` (as it is stated), `footprint` (entry
        that was exchanged), `own` [kg CO2e per unit], `footprint_per_unit` (with all that goes in), `made` (units),
        `kg` (emitted for the demand), `share` (of what is emitted and removed, both counted as positive; null of
        nothing), `open` (gate to gate with nothing that goes in), `unset` (no assessment report is stated).
    solved : Solved
    paths : tuple of (names, kg)
    ranked : {'all', 'given_up', 'removals'}
        Whether the paths are the largest; the search was given up; or with removals no bound orders them.
    tiers : (6,) array
        Emitted by tier, as `tiers` gives it. [kg CO2e]
    demanded : tuple of str
    primary, stated : float
        Share of emissions from primary data, what is not stated counting as none; share for which it is stated.
    quality : mapping of str to float
        Axis to the rating weighted by emissions, of those that are rated; absent where none is.
    rated : float
        Share of emissions that is rated on any axis.
    """

    nodes: pl.DataFrame
    solved: Solved
    paths: tuple[tuple[tuple[str, ...], float], ...]
    ranked: str
    tiers: Floats
    demanded: tuple[str, ...]
    primary: float
    stated: float
    quality: Mapping[str, float]
    rated: float


def known(products: pl.DataFrame, exchanged: pl.DataFrame) -> pl.DataFrame:
    """What one unit of each product emits, with its quality.

    Parameters
    ----------
    products : DataFrame
        Entries of the kind `bom_product`.
    exchanged : DataFrame
        Entries of the kind `product_footprint`.

    Returns
    -------
    DataFrame
        `product`, `unit`, `boundary`, `supplier`, `tier`, `footprint`, `own` [kg CO2e per unit], `set`, `primary`
        (share of one), one column for each of `AXES`, `why` where a footprint cannot be told for the unit.
    """
    bodies = {row["entry"]: json.loads(row["body"]) for row in exchanged.iter_rows(named=True)}
    schema = {
        "product": pl.String, "unit": pl.String, "boundary": pl.String, "supplier": pl.String, "tier": pl.Int64,
        "footprint": pl.String, "own": pl.Float64,
        "set": pl.String, "primary": pl.Float64, **dict.fromkeys(AXES, pl.Float64), "why": pl.String,
    }  # fmt: skip
    rows = [_node(row, bodies) for row in products.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def rolled(links: pl.DataFrame, nodes: pl.DataFrame, demand: pl.DataFrame, *, without_upstream: bool = False) -> Rolled:
    """Solve a supply chain for what is demanded.

    Parameters
    ----------
    links : DataFrame
        Entries of the kind `bom_link`.
    nodes : DataFrame
        As `known` gives them.
    demand : DataFrame
        `product`, `quantity`.
    without_upstream : bool
        Leave out what goes into products whose number is cradle to gate; otherwise they are refused where they have
        links.

    Returns
    -------
    Rolled

    Raises
    ------
    NotComputable
        Where upstream would count twice, a product that is needed has no number, numbers rest on more than one set of
        global warming potentials, a unit does not fit, or a loop is not productive (`Diverging`).
    """
    needed = _needed_links(links, nodes, demand, without_upstream=without_upstream)
    chain = network(_counted(needed, nodes), demand["product"])
    table = pl.DataFrame({"product": chain.products.tolist()}, schema={"product": pl.String}).join(
        nodes, on="product", how="left", maintain_order="left"
    )
    fed = np.diff(chain.inputs.indptr) > 0
    whole = (table["boundary"] == "cradle_to_gate").fill_null(value=False).to_numpy()
    if twice := [str(one) for one in chain.products[whole & fed]]:
        raise Untold(
            "{products}: the footprint is cradle to gate and holds its upstream, which the links count once more; to "
            "mend it: make it gate to gate, or report with --set upstream=cut",
            products=", ".join(twice[:5]),
        )
    wanted = np.zeros(len(chain.products))
    np.add.at(wanted, chain.index(demand["product"]), demand["quantity"].to_numpy())
    made = activities(chain, wanted)
    _needed(table, made.values)
    own = table["own"].fill_null(0.0).to_numpy()
    solved = footprints(chain, own)
    kg = made.values * own
    shown = _shown(table, solved.values, made.values, kg, fed)
    found, ranked = _paths(chain, own, solved.values, wanted)
    return Rolled(
        nodes=shown.sort("kg", "product", descending=[True, False]), solved=solved, paths=found, ranked=ranked,
        tiers=tiers(chain, own, wanted), demanded=tuple(demand["product"].unique().sort()), **_quality(shown),
    )  # fmt: skip


def _needed_links(
    links: pl.DataFrame, nodes: pl.DataFrame, demand: pl.DataFrame, *, without_upstream: bool
) -> pl.DataFrame:
    """Links of what the demand needs: what is wrong with a product that nobody needs refuses nothing."""
    bare = links.select(pl.col("product").alias("parent"), "component", "amount")
    chain = network(bare, demand["product"])
    if without_upstream:
        whole = nodes.filter(pl.col("boundary") == "cradle_to_gate")["product"]
        chain = cut(chain, np.isin(chain.products, whole.to_numpy().astype(str)))
        links = links.filter(~pl.col("product").is_in(whole.to_list()))
    begin = np.isin(chain.products, demand.filter(pl.col("quantity") > 0)["product"].to_numpy().astype(str))
    needed = chain.products[reached(chain, begin)].tolist()
    return links.filter(pl.col("product").is_in(needed))


def _shown(table: pl.DataFrame, whole: Floats, made: Floats, kg: Floats, fed: Any) -> pl.DataFrame:
    weight = np.abs(kg).sum()
    emits = pl.col("kg") != 0
    return table.with_columns(
        pl.Series("footprint_per_unit", whole), pl.Series("made", made), pl.Series("kg", kg),
        pl.Series("share", kg / weight if weight > 0 else np.full(len(kg), np.nan)).fill_nan(None),
        pl.Series("fed", fed, dtype=pl.Boolean),
    ).with_columns(
        (emits & (pl.col("boundary") == "gate_to_gate") & ~pl.col("fed")).alias("open"),
        (emits & pl.col("set").is_null()).alias("unset"),
    )  # fmt: skip


def _node(row: Mapping[str, Any], bodies: Mapping[str, Any]) -> tuple[Any, ...]:
    head = (row["product"], row["unit"], row["boundary"], row["supplier"], row["tier"], row["footprint"])
    if row["footprint"] is None:
        rating = [row["quality"]] * len(AXES)
        return (*head, row["kg_per_unit"], row["gwp_set"], row["primary_share"], *rating, None)
    pcf = bodies.get(row["footprint"], {}).get("pcf", {})
    try:
        own, why = float(per(basis_of(pcf), row["unit"])), None
    except NotComputable as refusal:
        own, why = None, str(refusal)
    dqi = pcf.get("dqi")
    told: Mapping[str, Any] = cast("Mapping[str, Any]", dqi) if isinstance(dqi, Mapping) else {}
    ratings = [_stated(told.get(f"{axis}DQR")) for axis in AXES]
    share = _stated(pcf.get("primaryDataShare"))
    sets = pcf.get("ipccCharacterizationFactors") or [None]
    return (*head, own, sets[0], None if share is None else share / 100, *ratings, why)


def _stated(told: object) -> float | None:
    """A number of a footprint; None where it is left out, null or no number."""
    value = decimal_of(told)
    return None if value is None else float(value)


def _counted(links: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Links with amounts in the unit of the component."""
    units = nodes.select(pl.col("product").alias("component"), pl.col("unit").alias("counted_in"))
    both = links.join(units, on="component", how="left", maintain_order="left")
    both = both.with_columns(pl.col("counted_in").fill_null(pl.col("unit")))
    both = with_factor(both, "unit", "counted_in")
    if (unfit := both.filter(pl.col("factor").is_null())).height:
        one = unfit.row(0, named=True)
        raise Untold(
            "{component} goes into {product} in {unit}, and is counted in {counted_in}; to mend it: correct the unit "
            "of the link or of the product",
            **{name: str(one[name]) for name in ("component", "product", "unit", "counted_in")},
        )
    return both.select(
        pl.col("product").alias("parent"), "component", (pl.col("amount") * pl.col("factor")).alias("amount")
    )


def _needed(table: pl.DataFrame, made: Floats) -> None:
    """Refuse where something that is made has no number, or numbers of two sets are added."""
    used = table.with_columns(pl.Series("made", made)).filter(pl.col("made") > 0)
    bare = used.filter(pl.col("own").is_null())
    if bare.height:
        raise Untold(
            "{products}: of {all} products that are needed, {count} have no emissions in their unit; to mend it: enter "
            "a number, or a footprint that can be told for the unit",
            products=", ".join(bare["product"].head(5)), all=used.height, count=bare.height,
        )  # fmt: skip
    sets = used.filter(pl.col("own") != 0)["set"].drop_nulls().unique().sort().to_list()
    if len(sets) > 1:
        raise Untold(
            "numbers rest on {sets}, which cannot be added; to mend it: ask suppliers for footprints of one assessment "
            "report",
            sets=", ".join(sets),
        )


def _paths(
    chain: Network, own: Floats, whole: Floats, wanted: Floats
) -> tuple[tuple[tuple[tuple[str, ...], float], ...], str]:
    if (own < 0).any():
        return (), "removals"  # no bound orders the paths
    found, complete = paths(chain, own, whole, wanted)
    named = tuple((tuple(str(chain.products[at]) for at in one.at), one.kg) for one in found)
    return named, "all" if complete else "given_up"


def _quality(table: pl.DataFrame) -> dict[str, Any]:
    weight = table["kg"].abs().to_numpy()
    total = float(weight.sum()) or 1.0
    primary = table["primary"].to_numpy().astype(np.float64)
    held = np.isfinite(primary)
    ratings = {axis: table[axis].to_numpy().astype(np.float64) for axis in AXES}
    rated = {axis: np.isfinite(value) & (weight > 0) for axis, value in ratings.items()}
    quality = {
        axis: float((weight[rated[axis]] * value[rated[axis]]).sum() / weight[rated[axis]].sum())
        for axis, value in ratings.items()
        if rated[axis].any()
    }
    any_axis = np.logical_or.reduce(list(rated.values()))
    return {
        "primary": float((weight[held] * primary[held]).sum() / total), "stated": float(weight[held].sum() / total),
        "quality": quality, "rated": float(weight[any_axis].sum() / total),
    }  # fmt: skip
