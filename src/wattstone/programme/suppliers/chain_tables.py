"""Hot spots, tiers and paths of a supply chain: lines, and tables whose numbers name them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, Said, Table
from wattstone.programme.suppliers.rollup import Rolled

__all__ = ["chain_charts", "chain_lines", "chain_tables"]

_BOUNDARIES: Final = record_kind("bom_product").field("boundary").choices
_TOP: Final = 20
_TIERS: Final = {
    "0": "In making what is demanded", "1": "In tier 1, which goes into it", "2": "In tier 2", "3": "In tier 3",
    "4": "In tier 4", "5": "In tier 5", "beyond": "Beyond tier 5",
}  # fmt: skip
_EPSILON: Final = 1e-12
"""Share of the total below which what is left of it is rounding."""


def chain_lines(chain: Rolled, year: int, inputs: tuple[str, ...]) -> Iterator[Line]:
    """A line of each number that the tables show.

    Parameters
    ----------
    chain : Rolled
    year : int
    inputs : tuple of str
        What the chain rests on.

    Yields
    ------
    Line
        `supplier.chain.tier.N`, which add up to the total; `supplier.footprint` of each product that is demanded;
        `supplier.hot_spot` of each of the largest; `supplier.path` of each path, its products as the subject.
    """
    for tier, kg in _by_tier(chain).items():
        yield _line(f"chain.tier.{tier}", _TIERS[tier], kg, year, inputs)
    asked = chain.nodes.filter(pl.col("product").is_in(list(chain.demanded))).sort("product").head(_TOP)
    for name, kg in asked.select("product", "footprint_per_unit").iter_rows():
        yield _line("footprint", "Footprint of one unit", float(kg), year, inputs, f"entry:{name}")
    for name, kg in _hot(chain).select("product", "kg").iter_rows():
        yield _line("hot_spot", "Emitted for the demand", float(kg), year, inputs, f"entry:{name}")
    for names, kg in chain.paths:
        yield _line("path", "Emissions by this path", kg, year, inputs, f"path:{_ring(names)}")


def chain_tables(chain: Rolled) -> Iterator[Table]:
    """Hot spots, tiers, and paths."""
    columns = (
        Column("product", "Product"), Column("supplier", "Supplier"), Column("tier", "Tier as stated"),
        Column("boundary", "Boundary of the number", labels=_BOUNDARIES), Column("made", "Needed"),
        Column("unit", "Unit"), Column("footprint_per_unit", "Footprint of one unit", "kg CO2e"),
        Column("kg", "Emitted for the demand", "kg CO2e"), Column("percent", "Share of the emissions", "%"),
    )  # fmt: skip
    shown = _hot(chain)
    kept = tuple(one for one in columns if one.name not in ("supplier", "tier") or shown[one.name].drop_nulls().len())
    demanded = pl.col("product").is_in(list(chain.demanded[:_TOP]))
    yield Table("hot_spots", "Hot spots", kept, shown.with_columns(
        (100 * pl.col("share")).alias("percent"),
        pl.format("supplier.hot_spot|entry:{}", "product").alias("kg@line"),
        pl.when(demanded).then(pl.format("supplier.footprint|entry:{}", "product")).alias("footprint_per_unit@line"),
    ))  # fmt: skip
    by_tier = _by_tier(chain)
    if len(by_tier) > 1:
        rows = {"tier": list(by_tier), "kg": list(by_tier.values()),
                "kg@line": [f"supplier.chain.tier.{one}" for one in by_tier]}  # fmt: skip
        heads = (Column("tier", "Tier", labels=_TIERS), Column("kg", "Emissions", "kg CO2e"))
        yield Table("tiers", "Emissions by tier", heads, pl.DataFrame(rows))
    if chain.paths:
        rings = [_ring(names) for names, _ in chain.paths]
        told = pl.DataFrame({"path": rings, "kg": [kg for _, kg in chain.paths],
                             "kg@line": [f"supplier.path|path:{one}" for one in rings]})  # fmt: skip
        heads = (Column("path", "Path"), Column("kg", "Emissions", "kg CO2e"))
        yield Table("paths", "Paths that carry most", heads, told)


def chain_charts(chain: Rolled) -> tuple[Chart, ...]:
    """Hot spots, and tiers where there are several."""
    note = Said("The products in whose own making most is emitted for the demand of the year.")
    hot = Chart(id="hot_spots", title="Hot spots", mark="bar", table="hot_spots", x="product", y="kg", note=note)
    if len(_by_tier(chain)) < 2:
        return (hot,)
    depth = Said("How many links lie between what is demanded and where it is emitted.")
    return (
        hot, Chart(id="tiers", title="Emissions by tier", mark="bar", table="tiers", x="tier", y="kg", note=depth),
    )  # fmt: skip


def _hot(chain: Rolled) -> pl.DataFrame:
    return chain.nodes.filter(pl.col("kg") != 0).head(_TOP)


def _by_tier(chain: Rolled) -> dict[str, float]:
    """Tier to what is emitted there, to the last that emits; they add up to the total."""
    total = float(chain.nodes["kg"].sum())
    held = {str(tier): float(kg) for tier, kg in enumerate(chain.tiers)}
    rest = total - sum(held.values())
    if abs(rest) > _EPSILON * float(chain.nodes["kg"].abs().sum()):
        return {**held, "beyond": rest}
    last = max((tier for tier, kg in enumerate(chain.tiers) if kg != 0), default=0)
    return {str(tier): held[str(tier)] for tier in range(last + 1)}


def _ring(names: tuple[str, ...]) -> str:
    return " < ".join(names)


def _line(
    name: str, label: str, kg: float, year: int, inputs: tuple[str, ...], subject: str = "organisation"
) -> Line:  # fmt: skip
    return Line(
        name=f"supplier.{name}", label=label, value=kg, unit="kg CO2e", period=str(year), method="supplier.chain/1",
        inputs=inputs, subject=subject,
    )  # fmt: skip
