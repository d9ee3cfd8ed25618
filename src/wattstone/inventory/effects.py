r"""What the change between two years is made of: an additive decomposition by logarithmic mean Divisia index [1]_ [2]_.

Emissions of a line are a product of a quantity, how much of it the weather and prices ask for, and a factor. Between
two years :math:`V_1 - V_0 = \sum_x L(V_1, V_0) \ln(x_1/x_0)` over its parts :math:`x`, with the logarithmic mean
:math:`L(a, b) = (a - b) / (\ln a - \ln b)`: the parts leave no residual, and those of lines add up to those of any
group of lines.

References
----------
.. [1] B. W. Ang, "Decomposition analysis for policymaking in energy: which is the preferred method?," Energy Policy
   32 (2004) 1131-1139.
.. [2] B. W. Ang, "LMDI decomposition approach: A guide for implementation," Energy Policy 86 (2015) 233-238.
.. [3] B. W. Ang, N. Liu, "Handling zero values in the logarithmic mean Divisia index decomposition approach," Energy
   Policy 35 (2007) 238-246.
"""

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from wattstone.base import Finding, InputRefused

__all__ = ["EFFECTS", "PARTS", "YEAR_LINES", "By", "decompose", "effects", "like_for_like", "logarithmic_mean"]

By = Literal["site", "scope", "category", "kind"]
"""Into what a change is split."""

YEAR_LINES: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "name": pl.String(),  # the total that it stands in: scope1, scope2.location, scope2.market, scope3.1 to scope3.15
    "scope": pl.Int8(),
    "category": pl.Int8(),  # of scope 3: 1 to 15; 0 elsewhere
    "kind": pl.String(),
    "item": pl.String(),
    "unit": pl.String(),
    "method_0": pl.String(),  # how the earlier year was computed; null where it has no such line
    "method_1": pl.String(),
    "amount_0": pl.Float64(),  # null where the year has no such line, or emissions are stated alone
    "amount_1": pl.Float64(),
    "factor_0": pl.Float64(),  # kg CO2e per unit, the year's own; null: emissions over amount
    "factor_1": pl.Float64(),
    "former": pl.Float64(),  # the later year's factor, its place and method, in the earlier edition; null: not known
    "value_0": pl.Float64(),  # kg CO2e of the organisation's share; null where the year has no such line
    "value_1": pl.Float64(),
    "degree_days_0": pl.Float64(),  # K d; null where the weather is not known
    "degree_days_1": pl.Float64(),
    "weather_share": pl.Float64(),  # of the earlier year's amount that goes with degree days, 0 to 1
    "price_0": pl.Float64(),  # price index of what is counted by spend; null elsewhere
    "price_1": pl.Float64(),
    "like_for_like": pl.Boolean(),  # the site was there throughout both years
}
"""One row a (site, total, kind, item, unit) of either year."""

PARTS: Final = ("activity", "weather", "price", "factor", "method", "boundary", "mix")
"""Columns of a decomposition; `structure` is the boundary and the mix together."""

EFFECTS: Final = ("activity", "factor", "weather", "structure", "price", "method")

_GROUP = ["name", "kind", "item", "unit"]


def logarithmic_mean(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """The logarithmic mean of two positive columns; their value where they are equal.

    Examples
    --------
    >>> pl.select(logarithmic_mean(pl.lit(2.718281828459045), pl.lit(1.0))).item()
    1.718281828459045
    """
    low, high = pl.min_horizontal(a, b), pl.max_horizontal(a, b)
    relative = (high - low) / low  # near -1, the other way round, log1p would lose what tells it from -1
    return pl.when(relative == 0).then(low).otherwise(low * relative / relative.log1p())


def decompose(lines: pl.DataFrame) -> pl.DataFrame:
    r"""What made each line change.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `YEAR_LINES`.

    Returns
    -------
    polars.DataFrame
        The key columns of `YEAR_LINES`, `value_0`, `value_1` (0 where the year has no such line), `change`, a column
        for each of `PARTS`, and `structure`. [kg CO2e] The parts of a row add up to its change.

    Raises
    ------
    InputRefused
        If a line has an amount and no emissions: what is not known cannot be split.

    Notes
    -----
    Of a site that was not there throughout both years the whole change is `boundary`. Elsewhere the amount of line
    :math:`i` is :math:`A_i = Q\, S_i\, W_i\, P_i`: real quantity :math:`Q` of all lines of its total, kind, item and
    unit, its share :math:`S_i` in that (`mix`), what the weather asks for, :math:`W = 1 - s + s\, D_1/D_0` with the
    share :math:`s` that goes with degree days :math:`D`, and prices :math:`P`. Its factor is
    :math:`F_0 \cdot (F'/F_0) \cdot (F_1/F')`, with :math:`F'` the later year's factor in the earlier edition: `method`
    and `factor`. What emissions change beyond amount times factor is the organisation's share of them: `boundary`.

    Where one of the years has no emissions, the limit for small values holds [3]_: what became zero, or was, takes the
    whole change, and two that both did take half each. Of amounts or emissions below zero, of which there is no
    logarithm, the change is split by means of the two years: :math:`\Delta A\, \bar F` and :math:`\Delta F\, \bar A`.
    """
    _refuse_unknown(lines)
    held = _logs(_quantities(_known(lines)))
    mean = logarithmic_mean(pl.col("v1"), pl.col("v0"))
    change = pl.col("v1") - pl.col("v0")
    way = (
        pl.when(~pl.col("like_for_like"))
        .then(pl.lit("boundary"))
        .when(change == 0, (pl.col("v0") == 0) | (pl.col("v1") == 0))
        .then(pl.lit("none"))
        .when(~pl.col("priced"))
        .then(pl.when("other_method").then(pl.lit("method")).otherwise(pl.lit("activity")))
        .when("below")
        .then(pl.lit("means"))
        .when((pl.col("v0") == 0) | (pl.col("v1") == 0))
        .then(pl.lit("limit"))
        .otherwise(pl.lit("logs"))
    )
    parts = [_part(name, mean, change).alias(name) for name in PARTS]
    keys = [name for name in YEAR_LINES if name in _KEYS]
    return (
        held.with_columns(way.alias("way"), change.alias("change"))
        .with_columns(parts)
        .with_columns((pl.col("boundary") + pl.col("mix")).alias("structure"))
        .select(*keys, pl.col("v0").alias("value_0"), pl.col("v1").alias("value_1"), "change", *PARTS, "structure")
    )


_KEYS = ("site_id", "name", "scope", "category", "kind", "item", "unit", "like_for_like")


def _part(name: str, mean: pl.Expr, change: pl.Expr) -> pl.Expr:
    """One part of the change, whichever way the line is split."""
    way = pl.col("way")
    means = {"activity": pl.col("means_amount"), "method": pl.col("means_method"), "factor": pl.col("means_factor")}
    limit = {"activity": "zero_activity", "mix": "zero_mix", "factor": "zero_factor", "method": "zero_method"}
    said = pl.when(way == name).then(change).when(way == "logs").then(mean * pl.col(f"log_{name}"))
    if name in means:
        said = said.when(way == "means").then(means[name])
    if name in limit:
        said = said.when(way == "limit").then(change * pl.col(limit[name]))
    return said.otherwise(0.0)


def _refuse_unknown(lines: pl.DataFrame) -> None:
    unknown = lines.filter(
        (pl.col("amount_0").is_not_null() & pl.col("value_0").is_null())
        | (pl.col("amount_1").is_not_null() & pl.col("value_1").is_null())
    )
    if unknown.is_empty():
        return
    first = unknown.row(0, named=True)
    finding = Finding(
        code="change.unknown",
        place=f"site '{first['site_id']}'",
        found="{count} {count:line has|lines have} an amount and no emissions, the first {name} of {kind}",
        expected="emissions of every line of both years",
        remedy="give it a factor, or leave it out of both years and say so",
        params={"name": first["name"], "kind": first["kind"]},
        count=unknown.height,
    )
    raise InputRefused([finding])


def _known(lines: pl.DataFrame) -> pl.DataFrame:
    """The columns that the parts are made of: what is not there is 0, a factor not said is emissions over amount."""
    effective = {
        year: pl.when(pl.col(f"amount_{year}") != 0).then(pl.col(f"value_{year}") / pl.col(f"amount_{year}"))
        for year in (0, 1)
    }
    there = [pl.col(f"value_{year}").is_not_null() for year in (0, 1)]
    counted = [pl.col(f"amount_{year}").is_not_null() for year in (0, 1)]
    return (
        lines.with_columns(
            *(pl.col(f"value_{year}").fill_null(0.0).alias(f"v{year}") for year in (0, 1)),
            *(pl.col(f"amount_{year}").fill_null(0.0).alias(f"a{year}") for year in (0, 1)),
            *(pl.coalesce(f"factor_{year}", effective[year]).alias(f"f{year}") for year in (0, 1)),
            # A year without the line has an amount of nothing; a line that states its emissions has none that counts.
            pl.all_horizontal(
                *((c | ~t) for c, t in zip(counted, there, strict=True)), pl.any_horizontal(counted)
            ).alias("priced"),
            (pl.col("method_0") != pl.col("method_1")).fill_null(value=False).alias("other_method"),
        )
        .with_columns(
            # A year without the line, or with none of it, is priced as the other one.
            pl.coalesce("f0", pl.col("f1")).alias("f0"),
            pl.coalesce("f1", pl.col("f0")).alias("f1"),
        )
        .with_columns(pl.all_horizontal("priced", *(_consistent(year) for year in ("0", "1"))).alias("priced"))
    )


def _consistent(year: str) -> pl.Expr:
    """Whether there are emissions just where there are an amount and a factor."""
    product = (pl.col(f"a{year}") != 0) & (pl.col(f"f{year}") != 0)
    return (pl.col(f"v{year}") != 0) == product.fill_null(value=False)


def _quantities(lines: pl.DataFrame) -> pl.DataFrame:
    """Real quantities without the weather: of each line, and of all lines of its group at sites that stayed."""
    ratio = pl.col("degree_days_1") / pl.col("degree_days_0")
    share = pl.col("weather_share").clip(0.0, 1.0)
    weather = 1 - share + share * ratio
    usable = pl.col("like_for_like") & (pl.col("degree_days_0") > 0) & (weather > 0)
    price = pl.col("price_1") / pl.col("price_0")
    sound = (pl.col("price_0") > 0) & (pl.col("price_1") > 0)
    stays = pl.col("like_for_like") & pl.col("priced")
    real = [pl.when(stays & (pl.col(n) >= 0)).then(pl.col(n)).otherwise(0.0).sum().over(_GROUP) for n in ("n0", "n1")]
    return (
        lines.with_columns(
            pl.when(usable).then(weather).otherwise(1.0).fill_null(1.0).alias("w"),
            pl.when(sound).then(price).otherwise(1.0).fill_null(1.0).alias("p"),
        )
        # Both years at the weather and prices midway, so that neither year is preferred.
        .with_columns((pl.col("w") * pl.col("p")).sqrt().alias("asked"))
        .with_columns((pl.col("a0") * pl.col("asked")).alias("n0"), (pl.col("a1") / pl.col("asked")).alias("n1"))
        .with_columns(real[0].alias("q0"), real[1].alias("q1"))
    )


def _logs(lines: pl.DataFrame) -> pl.DataFrame:
    """Logarithms of the ratios, and what takes the change where one year has nothing."""
    ahead = pl.when(pl.col("other_method")).then(pl.col("f1")).otherwise(pl.col("f0"))
    priced = lines.with_columns(pl.coalesce(pl.when(pl.col("former") > 0).then("former"), ahead).alias("f"))
    grown = _log("q1", "q0")
    none = (pl.col("n0") == 0) | (pl.col("n1") == 0)
    group = (pl.col("q0") > 0) & (pl.col("q1") > 0)
    unpriced = (pl.col("f0") == 0) | (pl.col("f1") == 0)
    # From F0 to F' the method changed, from F' to F1 the edition; F' is 0 only where a factor of its method is.
    jump = pl.when(pl.col("f0") == 0).then(pl.col("f") > 0).otherwise(pl.col("f") == 0)
    each = 1.0 / (none.cast(pl.Float64) + unpriced.cast(pl.Float64))
    mean_factor = pl.when(pl.col("a0") == 0).then(pl.col("e1")).when(pl.col("a1") == 0).then(pl.col("e0")).otherwise(
        (pl.col("e0") + pl.col("e1")) / 2
    )  # fmt: skip
    of_factor = pl.col("v1") - pl.col("v0") - pl.col("means_amount")
    other = pl.col("other_method")
    effective = [
        pl.when(pl.col(f"a{year}") != 0).then(pl.col(f"v{year}") / pl.col(f"a{year}")).otherwise(0.0).alias(f"e{year}")
        for year in (0, 1)
    ]
    return (
        priced.with_columns(
            grown.alias("log_activity"),
            (_log("n1", "n0") - grown).alias("log_mix"),
            pl.col("w").log().alias("log_weather"),
            pl.col("p").log().alias("log_price"),
            _log("f", "f0").alias("log_method"),
            _log("f1", "f").alias("log_factor"),
            (_log("v1", "v0") - _log("a1", "a0") - _log("f1", "f0")).alias("log_boundary"),
            pl.when(none & ~group).then(each).otherwise(0.0).alias("zero_activity"),
            pl.when(none & group).then(each).otherwise(0.0).alias("zero_mix"),
            pl.when(unpriced & ~jump).then(each).otherwise(0.0).alias("zero_factor"),
            pl.when(unpriced & jump).then(each).otherwise(0.0).alias("zero_method"),
            pl.any_horizontal(pl.col(name) < 0 for name in ("v0", "v1", "a0", "a1", "f0", "f1")).alias("below"),
            *effective,
        )
        .with_columns(((pl.col("a1") - pl.col("a0")) * mean_factor).alias("means_amount"))
        .with_columns(
            pl.when(other).then(of_factor).otherwise(0.0).alias("means_method"),
            pl.when(other).then(0.0).otherwise(of_factor).alias("means_factor"),
        )
    )


def _log(later: str, earlier: str) -> pl.Expr:
    return (pl.col(later) / pl.col(earlier)).log()


def effects(lines: pl.DataFrame, by: By | None = None) -> pl.DataFrame:
    """The change of each total by what made it.

    Parameters
    ----------
    lines : polars.DataFrame
        From `decompose`.
    by : {'site', 'scope', 'category', 'kind'} or None
        A further split of each total; none where None.

    Returns
    -------
    polars.DataFrame
        `name`, `effect`, `value` [kg CO2e] as schema `CHANGE` of the statement, with a column `by` where one was asked
        for; `scope3` and `total.location`, `total.market` among the names. The effects of a row's key add up to its
        change, and those of parts to those of the whole.
    """
    keys = ["name"] if by is None else ["name", "by"]
    own = _split(lines, by).group_by(keys, maintain_order=True).agg(pl.col(*EFFECTS).sum())
    wide = _totals(own).group_by(keys, maintain_order=True).agg(pl.col(*EFFECTS).sum())
    return wide.unpivot(list(EFFECTS), index=keys, variable_name="effect", value_name="value").sort(
        *keys, pl.col("effect").replace_strict({one: at for at, one in enumerate(EFFECTS)}, return_dtype=pl.Int8)
    )


def like_for_like(lines: pl.DataFrame, by: By | None = None) -> pl.DataFrame:
    """Each total of both years, of all sites and of those that were there throughout both.

    Parameters
    ----------
    lines : polars.DataFrame
        From `decompose`.
    by : {'site', 'scope', 'category', 'kind'} or None
        A further split of each total.

    Returns
    -------
    polars.DataFrame
        `name`, `by` where it was asked for, `value_0`, `value_1`, `like_0`, `like_1` [kg CO2e], `sites`: how many were
        there throughout.
    """
    keys = ["name"] if by is None else ["name", "by"]
    stayed = pl.col("like_for_like")
    return (
        _totals(_split(lines, by).select(*keys, "site_id", "like_for_like", "value_0", "value_1"))
        .group_by(keys, maintain_order=True)
        .agg(
            pl.col("value_0", "value_1").sum(),
            *(pl.col(f"value_{year}").filter(stayed).sum().alias(f"like_{year}") for year in (0, 1)),
            pl.col("site_id").filter(stayed).n_unique().alias("sites"),
        )
        .sort(keys)
    )


def _split(lines: pl.DataFrame, by: By | None) -> pl.DataFrame:
    """Lines with what each total is split by."""
    columns = {"site": "site_id", "scope": "scope", "category": "category", "kind": "kind"}
    return lines if by is None else lines.with_columns(pl.col(columns[by]).cast(pl.String).alias("by"))


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows under every total that they stand in."""
    names: Sequence[str] = rows["name"].unique(maintain_order=True).to_list()
    pairs = [(name, total) for name in names for total in _in_totals(name)]
    into = pl.DataFrame(pairs, schema={"name": pl.String(), "total": pl.String()}, orient="row")
    return rows.join(into, on="name", maintain_order="left").with_columns(pl.col("total").alias("name")).drop("total")


def _in_totals(name: str) -> tuple[str, ...]:
    if name == "scope1":
        return (name, "total.location", "total.market")
    if name.startswith("scope3"):
        return (name, "scope3", "total.location", "total.market") if name != "scope3" else (
            name, "total.location", "total.market")  # fmt: skip
    if name in ("scope2.location", "scope2.market"):
        return (name, name.replace("scope2", "total"))
    return (name,)
