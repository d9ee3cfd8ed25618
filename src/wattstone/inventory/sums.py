"""Sums of figures: sites of their meters, the organisation of its sites."""

import polars as pl

from wattstone.inventory.frames import FIGURE, interval, texts, with_ids

ORGANISATION = "organisation"
MEMBER = ["site_id", "kind", "counted", "absent", "owned", "variance"]
_NAMED = 3  # subjects that a reason names before it counts the others
_UNKNOWN = "cannot be computed"
_OTHERS = r"; other reasons: \d+"
_ALSO = "; also: "  # between the reasons of a sum: one does not hide another
_TOLD = 4  # reasons that a sum tells before it counts the others
_REPORTED = ["scope1", "scope2.location"]
_LESSER = r"([\d.]+) kg of it count CO2 alone"
WHOLLY = "contractual instruments serve all of it"
PARTLY = "contractual instruments serve a part of it"
_SERVED = rf"^({WHOLLY}|{PARTLY})$"
_UNSURE = r"^(no interval of the whole: )?the uncertainty of [\d.]+ % of it is not known$"
_LINES = r"^activity:"
_WHAT = "(?:meters and activity lines|activity lines|meters|sites|parts)"


def summed(members: pl.DataFrame, by: str | None, *, kinds: bool, note: str | None = None) -> pl.DataFrame:
    """Add figures up by name and period.

    Parameters
    ----------
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`. A member without a value that is `absent` has no readings in the
        period and adds nothing, which is noted; any other member without a value leaves the sum without one.
    by : str or None
        Column whose values are the sites; None adds up the organisation's share of everything.
    kinds : bool
        Whether emissions by kind (`emissions.natural_gas`) are wanted too; they are, at every level, once.
    note : str or None
        Said of every sum.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`.
    """
    if kinds:
        reported = members.filter(pl.col("name").is_in(_REPORTED))
        members = pl.concat([members, reported.with_columns(pl.format("emissions.{}", "kind").alias("name"))])
    of = pl.col("value") if by else pl.col("owned")
    missing = pl.col("value").is_null()
    blocked = missing & ~pl.col("absent")
    there = ~missing
    mixed = pl.col("unit").filter(there).n_unique() > 1
    apart = mixed & ~pl.col("unit").filter(there).str.starts_with("kg CO2").all()
    alone = pl.col("unit").filter(there) == "kg CO2"
    entered = pl.col("subject").str.contains(_LINES)
    grouped = members.group_by(*([by] if by else []), "name", "period", maintain_order=True).agg(
        pl.col("start").min(),
        pl.col("end").max(),
        of.filter(there).sum().alias("value"),
        pl.col("owned").filter(there).sum().alias("owned"),
        pl.when(mixed).then(pl.col("unit").max()).otherwise(pl.col("unit").filter(there).first()).alias("unit"),
        pl.col("unit").first().alias("any_unit"),
        pl.when(~apart & ~alone.all()).then(lesser_of(of).filter(there).sum()).alias("lesser"),
        pl.when(apart).then(pl.col("unit").filter(there).unique(maintain_order=True).str.join(", ")).alias("apart"),
        blocked.sum().alias("blocked"),
        missing.sum().alias("missing"),
        pl.len().alias("members"),
        entered.sum().alias("entered"),
        roots(pl.col("reason").filter(blocked)).alias("reasons"),
        pl.col("subject").filter(blocked).head(_NAMED).str.replace("^[a-z]+:", "").str.join(", ").alias("named"),
        pl.col("reason").filter(missing).first().alias("silence"),
        pl.col("basis").drop_nulls().unique(maintain_order=True).alias("bases"),
        ((pl.col("estimated") * of).sum() / of.sum()).alias("estimated"),
        pl.col("coverage").mean(),
        notes_of(pl.col("notes").filter(there)),
        pl.format("figure:{}", "id").alias("inputs"),
        pl.col("variance").sum(),
        pl.col("kind").first(),
        served_note(there).alias("served"),
    )
    return _told(grouped, by, note)


def lesser_of(of: pl.Expr) -> pl.Expr:
    """The mass of each figure that counts CO2 alone: all of it by its unit, else what its notes say; 0 elsewhere.

    Parameters
    ----------
    of : polars.Expr
        What is added up: the value, or the organisation's share of it. [kg]
    """
    said = pl.col("notes").list.join("\n").str.extract(_LESSER, 1).cast(pl.Float64)
    share = pl.when(pl.col("value") != 0).then(of / pl.col("value"))
    return pl.when(pl.col("unit") == "kg CO2").then(of).otherwise(said * share).fill_null(0.0)


def notes_of(notes: pl.Expr) -> pl.Expr:
    """The distinct notes of figures that are added up, without those on masses and shares: the sum has its own."""
    each = notes.explode(empty_as_null=False).drop_nulls()
    own = each.str.contains(f"^{_LESSER}$") | each.str.contains(_UNSURE) | each.str.contains(_SERVED)
    return each.filter(~own).unique(maintain_order=True).alias("notes")


def served_note(there: pl.Expr) -> pl.Expr:
    """Whether instruments serve all or a part of figures that are added up; null where they serve nothing.

    Parameters
    ----------
    there : polars.Expr
        Which of them have a value. One of zero that no instrument serves has nothing that one could serve.
    """
    wholly, partly = (pl.col("notes").filter(there).list.contains(one) for one in (WHOLLY, PARTLY))
    bare = ~wholly & ~partly & (pl.col("value").filter(there) != 0)
    return (
        pl.when((partly | bare).any() & (wholly | partly).any())
        .then(pl.lit(PARTLY))
        .when(wholly.any())
        .then(pl.lit(WHOLLY))
    )


def lesser_note(mass: pl.Expr) -> pl.Expr:
    """One note on the mass that counts CO2 alone; none where there is none of it."""
    said = pl.format("{} kg of it count CO2 alone", mass.round(1))
    return pl.when((mass > 0).fill_null(value=False)).then(pl.concat_list(said)).otherwise(texts())


def _root(reason: pl.Expr) -> pl.Expr:
    """The reason of a member without the count of what is missing below it: that is told where it is looked at."""
    return reason.str.replace(rf"(?s)^(?:\d+ of \d+ {_WHAT} {_UNKNOWN} \(.*?\): )+", "").str.replace(
        rf"(?s){_OTHERS}$", ""
    )


def roots(reason: pl.Expr) -> pl.Expr:
    """The distinct reasons at the root of members without a value."""
    each = _root(reason).str.split(_ALSO).explode(empty_as_null=False)
    return each.unique(maintain_order=True)


def told_reasons(reasons: str) -> pl.Expr:
    """A column of lists of reasons as one text: each of the first few, and how many others there are."""
    others = pl.col(reasons).list.len().cast(pl.Int64) - _TOLD
    count = pl.when(others > 0).then(pl.format("; other reasons: {}", others)).otherwise(pl.lit(""))
    return pl.format("{}{}", pl.col(reasons).list.head(_TOLD).list.join(_ALSO), count)


def _because(what: pl.Expr) -> pl.Expr:
    """Why a sum has no value: how many members lack one, which, and the reasons at their root."""
    more = pl.col("blocked") - _NAMED
    nothing = pl.lit("")
    return pl.format(
        f"{{}} of {{}} {{}} {_UNKNOWN} ({{}}{{}}): {{}}",
        "blocked",
        "members",
        what,
        "named",
        pl.when(pl.col("blocked") > _NAMED).then(pl.format(" and {} more", more)).otherwise(nothing),
        told_reasons("reasons"),
    )


def _called() -> pl.Expr:
    """What the members of a site are."""
    entered = pl.col("entered")
    return (
        pl.when(entered == 0)
        .then(pl.lit("meters"))
        .when(entered == pl.col("members"))
        .then(pl.lit("activity lines"))
        .otherwise(pl.lit("meters and activity lines"))
    )


def _told(sums: pl.DataFrame, by: str | None, note: str | None) -> pl.DataFrame:
    """Turn grouped columns into figures."""
    blocked, silent = pl.col("blocked") > 0, pl.col("missing") == pl.col("members")
    apart = pl.col("apart").is_not_null()
    without = blocked | silent | apart
    what = _called() if by else pl.lit("sites")
    because = _because(what)
    # Activity records are never silent: they are there or not.
    readers = pl.col("members") - pl.col("entered")
    quiet = pl.format(
        "{} of {} {} have no readings in the period", "missing", readers, pl.lit("meters" if by else "sites")
    )
    notes = pl.concat_list(
        "notes",
        pl.when(pl.col("served").is_not_null()).then(pl.concat_list("served")).otherwise(texts()),
        texts(*([note] if note else [])),
        pl.when((pl.col("missing") > 0) & ~without).then(pl.concat_list(quiet)).otherwise(texts()),
        pl.when(~without).then(lesser_note(pl.col("lesser"))).otherwise(texts()),
    )
    several = pl.col("bases").list.len() > 1
    site = pl.col(by) if by else pl.lit("")
    rows = sums.with_columns(
        site.alias("site_id"),
        (pl.format("site:{}", by) if by else pl.lit(ORGANISATION)).alias("subject"),
        pl.when(~without).then("value").alias("value"),
        pl.coalesce("unit", "any_unit").alias("unit"),
        pl.when(blocked)
        .then(because)
        .when(silent)
        .then("silence")
        .when(apart)
        .then(pl.format("units that do not add up: {}", "apart"))
        .alias("reason"),
        pl.when(several).then(pl.lit("mixed")).otherwise(pl.col("bases").list.first()).alias("basis"),
        pl.lit("sum/1").alias("method"),
        pl.when(pl.col("estimated").is_finite()).then("estimated").otherwise(0.0).fill_null(0.0).alias("estimated"),
        notes.alias("notes"),
        pl.lit(True).alias("counted"),
        (silent & ~blocked & ~apart).alias("absent"),
    )
    return with_ids(rows.with_columns(*interval())).select(*FIGURE, *MEMBER)
