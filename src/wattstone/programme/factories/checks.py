"""What is wrong with entries about factories that no field shows on its own."""

from collections.abc import Iterator, Mapping

import polars as pl

from wattstone.base import Finding
from wattstone.programme.factories.registries import movements, published, states
from wattstone.programme.factories.scorecard import editions
from wattstone.programme.held import held
from wattstone.programme.telling import told

__all__ = ["wrong"]


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of the module.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
        Errors refuse the input; warnings are told.
    """
    rows, answers = held(entries, "score_row"), held(entries, "score_answer")
    return [
        *_registries(held(entries, "registry")),
        *_statuses(held(entries, "factory_status")),
        *_rows(rows),
        *_tables(rows),
        *_answers(rows, answers),
    ]


def _registries(given: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "registry",
        given.filter(pl.all_horizontal(pl.col("total", "added", "removed").is_null())),
        "factory.registry_empty",
        "neither a total nor what was added or removed is given",
        "at least one of the three",
        "give the number that the source publishes",
    )
    entry = given.select("programme", "year", "entry")
    moved = movements(states(given)).join(entry, on=["programme", "year"])
    yield from told(
        "registry",
        moved.filter(pl.col("unexplained") != 0).with_columns(sum=pl.col("added") - pl.col("removed")),
        "factory.registry_adds",
        "from {previous} to {total} is {net} net, but {added} added less {removed} removed is {sum}",
        "additions less removals that give the difference of the totals",
        "look at the source again; the difference is shown and nothing is mended",
        severity="warning",
    )
    yield from told(
        "registry",
        moved.filter(pl.col("removed_implied") < 0),
        "factory.registry_gross",
        "the list grew by {net}, more than the {added} that were added",
        "additions that are at least the net growth, since firms are also removed",
        "check whether the totals count the same thing, or a batch is missing",
        severity="warning",
    )
    yield from told(
        "registry",
        _mistaken(given),
        "factory.registry_other",
        "{total} is what is published of another programme ({other}), and far below what is published of "
        "this one ({least})",
        "the total of the programme named: the lists of parks of MIIT and of MEE are different ones",
        "name the other programme, or look at the source again",
        severity="warning",
    )


def _mistaken(given: pl.DataFrame) -> pl.DataFrame:
    """A total that is another programme's: 73 is the number of eco-industrial parks, not of MIIT's green parks."""
    known = published().filter(pl.col("total").is_not_null()).select("programme", "total")
    own = known.group_by("programme").agg(pl.col("total").min().alias("least"))
    others = known.rename({"programme": "other"}).unique()
    alike = given.join(others, on="total").filter(pl.col("programme") != pl.col("other"))
    return alike.join(own, on="programme").filter(pl.col("total") < 0.5 * pl.col("least"))


def _statuses(given: pl.DataFrame) -> Iterator[Finding]:
    where = ["site", "programme", "level"]
    listed = given.filter(pl.col("event") == "listed").group_by(where).agg(pl.col("date").min().alias("since"))
    later = given.filter(pl.col("event").is_in(["reviewed", "suspended", "removed"]))
    yield from told(
        "factory_status",
        later.join(listed, on=where, how="left", maintain_order="left", nulls_equal=True).filter(
            pl.col("since").is_null() | (pl.col("since") > pl.col("date"))
        ),
        "factory.status_unlisted",
        "the site was not listed before {date} at that level",
        "an entry that it was listed, with its source, before it is reviewed, suspended or removed",
        "enter when it was listed",
        severity="warning",
    )


def _rows(rows: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "score_row",
        rows.filter((pl.col("axis") == "basic") == pl.col("weight").is_not_null()),
        "factory.row_weight",
        "a basic requirement with a weight, or another indicator without one",
        "weights for all but basic requirements, which are met or not",
        "take the weight from the table that you hold",
    )
    axes = pl.DataFrame(
        [(name, axis) for name, one in editions().items() for axis in [*one["axes"], "basic"]],
        schema={"edition": pl.String, "axis": pl.String}, orient="row",
    )  # fmt: skip
    yield from told(
        "score_row",
        rows.join(axes, on=["edition", "axis"], how="anti", maintain_order="left"),
        "factory.row_axis",
        "a first-level indicator ({axis}) that the edition of {edition} does not have",
        "infrastructure, management, input, product, emissions, performance in 2018; energy, resources, "
        "clean production, product, land in 2025",
        "choose the edition that the table is of",
    )
    half = pl.col("base").is_null() != pl.col("leading").is_null()
    yield from told(
        "score_row",
        rows.filter(half | (pl.col("base") == pl.col("leading"))),
        "factory.row_values",
        "a base value without a leading value, or two that are equal",
        "both, and different: the points lie between them",
        "take both from the table; leave both empty where the indicator is a requirement",
    )


def _tables(rows: pl.DataFrame) -> Iterator[Finding]:
    tables = rows.group_by(pl.col("table").alias("entry"), maintain_order=True).agg(
        pl.col("edition").n_unique().alias("editions"),
        pl.col("edition").first(),
        pl.col("weight").sum().alias("weights"),
        pl.col("weight").filter(pl.col("axis").is_in(["energy", "resource"])).sum().alias("together"),
    )
    yield from told(
        "score_row",
        tables.filter(pl.col("editions") > 1),
        "factory.table_editions",
        "rows of the table are of different editions",
        "one edition for a table: their indicators and their scoring differ",
        "give the table of the other edition another name",
    )
    yield from told(
        "score_row",
        tables.filter(pl.col("weights") > 100 + 1e-9),
        "factory.table_weights",
        "the weights add to {weights}",
        "100 for a whole table",
        "correct the weights; a weight may stand there twice",
        params={"weights": "g"},
    )
    known = editions()["2025"]["together"]
    whole = (pl.col("weights") - 100).abs() < 1e-9
    yield from told(
        "score_row",
        tables.filter((pl.col("edition") == "2025") & whole & (pl.col("together") != known["weight"])).with_columns(
            known=pl.lit(known["weight"])
        ),
        "factory.table_energy",
        "energy and resource efficiency weigh {together} of 100",
        "{known}, as was reported of GB/T 36132-2025",
        "check the weights against your copy; an industry's own standard may differ",
        severity="warning",
        params={"together": "g"},
    )


def _answers(rows: pl.DataFrame, answers: pl.DataFrame) -> Iterator[Finding]:
    asked = rows.select("table", "indicator", "edition", "base", "leading", "axis")
    both = answers.join(asked, on=["table", "indicator"], how="left", maintain_order="left")
    yield from told(
        "score_answer",
        both.filter(pl.col("edition").is_null()),
        "factory.answer_row",
        "no row {indicator} in a table named {table}",
        "an answer to a row that is there: without its weight nothing can be scored",
        "enter the table's rows first, from the copy of the standard that you hold",
    )
    measured = pl.col("base").is_not_null()
    wrong_field = (measured & pl.col("part_met").is_not_null()) | (~measured & pl.col("value").is_not_null())
    yield from told(
        "score_answer",
        both.filter(pl.col("edition").is_not_null() & wrong_field),
        "factory.answer_field",
        "a share that is met for an indicator with a base value, or a value for one without",
        "a value where the table has a base value and a leading value, else the share that is met",
        "move the number to the other column",
    )
    yield from told(
        "score_answer",
        both.filter((pl.col("edition") == "2018") & (pl.col("year") > 2025)),
        "factory.answer_edition",
        "{year} is scored by the edition of 2018",
        "GB/T 36132-2025, which replaces it from 2025-12-31",
        "use a table of the new edition; scores of the two are not comparable",
        severity="warning",
    )
