"""What is wrong with entries about factories that no field shows on its own."""

from collections.abc import Iterator, Mapping

import polars as pl

from wattstone.base import Finding
from wattstone.programme.factories.registries import movements, published, states
from wattstone.programme.factories.scorecard import editions
from wattstone.programme.held import held

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
    empty = given.filter(pl.all_horizontal(pl.col("total", "added", "removed").is_null()))
    for one in empty.iter_rows(named=True):
        yield Finding(
            code="factory.registry_empty",
            place=f"registry '{one['entry']}'",
            found="neither a total nor what was added or removed is given",
            expected="at least one of the three",
            remedy="give the number that the source publishes",
        )
    entry = given.select("programme", "year", "entry")
    moved = movements(states(given)).join(entry, on=["programme", "year"])
    for one in moved.filter(pl.col("unexplained") != 0).iter_rows(named=True):
        yield Finding(
            code="factory.registry_adds",
            place=f"registry '{one['entry']}'",
            found="from {previous} to {total} is {net} net, but {added} added less {removed} removed is {sum}",
            expected="additions less removals that give the difference of the totals",
            remedy="look at the source again; the difference is shown and nothing is mended",
            params={**_ints(one, "previous", "total", "net", "added", "removed"), "sum": one["added"] - one["removed"]},
            severity="warning",
        )
    for one in moved.filter(pl.col("removed_implied") < 0).iter_rows(named=True):
        yield Finding(
            code="factory.registry_gross",
            place=f"registry '{one['entry']}'",
            found="the list grew by {net}, more than the {added} that were added",
            expected="additions that are at least the net growth, since firms are also removed",
            remedy="check whether the totals count the same thing, or a batch is missing",
            params=_ints(one, "net", "added"),
            severity="warning",
        )
    yield from _mistaken(given)


def _mistaken(given: pl.DataFrame) -> Iterator[Finding]:
    """A total that is another programme's: 73 is the number of eco-industrial parks, not of MIIT's green parks."""
    known = published().filter(pl.col("total").is_not_null()).select("programme", "total")
    own = known.group_by("programme").agg(pl.col("total").min().alias("least"))
    others = known.rename({"programme": "other"}).unique()
    alike = given.join(others, on="total").filter(pl.col("programme") != pl.col("other"))
    far = alike.join(own, on="programme").filter(pl.col("total") < 0.5 * pl.col("least"))
    for one in far.iter_rows(named=True):
        yield Finding(
            code="factory.registry_other",
            place=f"registry '{one['entry']}'",
            found="{total} is what is published of another programme ({other}), and far below what is published of "
            "this one ({least})",
            expected="the total of the programme named: the lists of parks of MIIT and of MEE are different ones",
            remedy="name the other programme, or look at the source again",
            params={**_ints(one, "total", "least"), "other": one["other"]},
            severity="warning",
        )


def _statuses(given: pl.DataFrame) -> Iterator[Finding]:
    where = ["site", "programme"]
    listed = given.filter(pl.col("event") == "listed").group_by(where).agg(pl.col("date").min().alias("since"))
    later = given.filter(pl.col("event").is_in(["reviewed", "suspended", "removed"])).join(listed, on=where, how="left")
    for one in later.filter(pl.col("since").is_null() | (pl.col("since") > pl.col("date"))).iter_rows(named=True):
        yield Finding(
            code="factory.status_unlisted",
            place=f"factory_status '{one['entry']}'",
            found="the site was not listed before {date}",
            expected="an entry that it was listed, with its source, before it is reviewed, suspended or removed",
            remedy="enter when it was listed",
            params={"date": one["date"].isoformat()},
            severity="warning",
        )


def _rows(rows: pl.DataFrame) -> Iterator[Finding]:
    basic = pl.col("axis") == "basic"
    unweighed = rows.filter(basic == pl.col("weight").is_not_null())
    for one in unweighed.iter_rows(named=True):
        yield Finding(
            code="factory.row_weight",
            place=f"score_row '{one['entry']}'",
            found="a basic requirement with a weight, or another indicator without one",
            expected="weights for all but basic requirements, which are met or not",
            remedy="take the weight from the table that you hold",
        )
    axes = pl.DataFrame(
        [(name, axis) for name, one in editions().items() for axis in [*one["axes"], "basic"]],
        schema={"edition": pl.String, "axis": pl.String}, orient="row",
    )  # fmt: skip
    for one in rows.join(axes, on=["edition", "axis"], how="anti").iter_rows(named=True):
        yield Finding(
            code="factory.row_axis",
            place=f"score_row '{one['entry']}'",
            found="a first-level indicator ({axis}) that the edition of {edition} does not have",
            expected="infrastructure, management, input, product, emissions, performance in 2018; energy, resources, "
            "clean production, product, land in 2025",
            remedy="choose the edition that the table is of",
            params={"axis": one["axis"], "edition": one["edition"]},
        )
    half = pl.col("base").is_null() != pl.col("leading").is_null()
    for one in rows.filter(half | (pl.col("base") == pl.col("leading"))).iter_rows(named=True):
        yield Finding(
            code="factory.row_values",
            place=f"score_row '{one['entry']}'",
            found="a base value without a leading value, or two that are equal",
            expected="both, and different: the points lie between them",
            remedy="take both from the table; leave both empty where the indicator is a requirement",
        )


def _tables(rows: pl.DataFrame) -> Iterator[Finding]:
    tables = rows.group_by("table", maintain_order=True).agg(
        pl.col("edition").n_unique().alias("editions"),
        pl.col("edition").first(),
        pl.col("weight").sum(),
        pl.col("weight").filter(pl.col("axis").is_in(["energy", "resource"])).sum().alias("together"),
    )
    for one in tables.filter(pl.col("editions") > 1).iter_rows(named=True):
        yield Finding(
            code="factory.table_editions",
            place=f"score_row '{one['table']}'",
            found="rows of the table are of different editions",
            expected="one edition for a table: their indicators and their scoring differ",
            remedy="give the table of the other edition another name",
        )
    for one in tables.filter(pl.col("weight") > 100 + 1e-9).iter_rows(named=True):
        yield Finding(
            code="factory.table_weights",
            place=f"score_row '{one['table']}'",
            found="the weights add to {weights}",
            expected="100 for a whole table",
            remedy="correct the weights; a weight may stand there twice",
            params={"weights": f"{one['weight']:g}"},
        )
    known = editions()["2025"]["together"]
    whole = (pl.col("weight") - 100).abs() < 1e-9
    for one in tables.filter((pl.col("edition") == "2025") & whole & (pl.col("together") != known["weight"])).iter_rows(
        named=True
    ):
        yield Finding(
            code="factory.table_energy",
            place=f"score_row '{one['table']}'",
            found="energy and resource efficiency weigh {together} of 100",
            expected="{known}, as was reported of GB/T 36132-2025",
            remedy="check the weights against your copy; an industry's own standard may differ",
            params={"together": f"{one['together']:g}", "known": known["weight"]},
            severity="warning",
        )


def _answers(rows: pl.DataFrame, answers: pl.DataFrame) -> Iterator[Finding]:
    asked = rows.select("table", "indicator", "edition", "base", "leading", "axis")
    both = answers.join(asked, on=["table", "indicator"], how="left", maintain_order="left")
    for one in both.filter(pl.col("edition").is_null()).iter_rows(named=True):
        yield Finding(
            code="factory.answer_row",
            place=f"score_answer '{one['entry']}'",
            found="no row {indicator} in a table named {table}",
            expected="an answer to a row that is there: without its weight nothing can be scored",
            remedy="enter the table's rows first, from the copy of the standard that you hold",
            params={"indicator": one["indicator"], "table": one["table"]},
        )
    measured = pl.col("base").is_not_null()
    wrong_field = (measured & pl.col("part_met").is_not_null()) | (~measured & pl.col("value").is_not_null())
    for one in both.filter(pl.col("edition").is_not_null() & wrong_field).iter_rows(named=True):
        yield Finding(
            code="factory.answer_field",
            place=f"score_answer '{one['entry']}'",
            found="a share that is met for an indicator with a base value, or a value for one without",
            expected="a value where the table has a base value and a leading value, else the share that is met",
            remedy="move the number to the other column",
        )
    for one in both.filter((pl.col("edition") == "2018") & (pl.col("year") > 2025)).iter_rows(named=True):
        yield Finding(
            code="factory.answer_edition",
            place=f"score_answer '{one['entry']}'",
            found="{year} is scored by the edition of 2018",
            expected="GB/T 36132-2025, which replaces it from 2025-12-31",
            remedy="use a table of the new edition; scores of the two are not comparable",
            params={"year": one["year"]},
            severity="warning",
        )


def _ints(row: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: row[name] for name in names}
