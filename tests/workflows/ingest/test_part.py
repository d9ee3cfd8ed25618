"""One partition: a correction leaves what a look at everything anew would leave."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wattstone.readings import Flag
from wattstone.readings.quality import flag_readings
from wattstone.workflows.ingest import part
from wattstone.workflows.ingest.part import GIVEN, KEY, ROW, places, settle
from wattstone.workflows.ingest.tally import Tally

DAY = datetime(2024, 3, 1)
NOW = DAY + timedelta(hours=40)  # the last intervals of a partition are of the future
HOURS = 60

values = st.sampled_from([None, 0.0, 0.0, 0.0, 7.0, 7.0, -1.0, 1e4]) | st.floats(0, 20, width=32)
given_flags = st.sampled_from([0, 0, int(Flag.ESTIMATED), int(Flag.RESET)])


def rows_of(cells: dict[tuple[int, int], tuple[float | None, int]], *, batch: int, last: str) -> pl.DataFrame:
    """Rows (meter, hour) of one batch; `last` is the name of the column with flags."""
    schema = {**{name: ROW[name] for name in ("meter", "start", "seconds", "value")}, last: pl.Int16, "batch": pl.Int32}
    rows = [
        (meter, DAY + timedelta(hours=hour), 3600, value, flags, batch)
        for (meter, hour), (value, flags) in cells.items()
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").sort(KEY)


def context_of(kinds: list[tuple[bool, bool, bool]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(meter, *kind, None) for meter, kind in enumerate(kinds, start=1)],
        schema={
            "meter": pl.Int32, "allow_negative": pl.Boolean, "live": pl.Boolean, "idles": pl.Boolean, "cap": pl.Float64
        },
        orient="row",
    )  # fmt: skip


@st.composite
def corrections(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What is held of up to three meters, with its flags; what arrives; and the context."""
    meters = draw(st.integers(1, 3))
    cells: dict[tuple[int, int], tuple[float | None, int]] = {}
    for meter in range(1, meters + 1):
        for hour in draw(st.sets(st.integers(0, HOURS - 1), min_size=1)) if draw(st.booleans()) else range(HOURS):
            cells[meter, hour] = (draw(values), draw(given_flags))
    some = draw(st.lists(st.sampled_from(sorted(cells)), min_size=1, max_size=12, unique=True))
    fresh = {cell: (draw(values), draw(given_flags)) for cell in some}
    for cell in draw(st.lists(st.tuples(st.integers(1, meters), st.integers(-2, HOURS + 2)), max_size=2)):
        fresh.setdefault(cell, (draw(values), 0))
    context = context_of([draw(st.tuples(st.booleans(), st.booleans(), st.booleans())) for _ in range(meters)])
    held = flagged(rows_of(cells, batch=1, last="given"), context)
    return held, rows_of(fresh, batch=2, last="given"), context


def flagged(rows: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    """All flags of some rows, made anew."""
    found = flag_readings(rows.drop("given"), context=context, now=NOW)
    return found.with_columns((pl.col("flags") | rows["given"]).cast(pl.Int16)).select(list(ROW))


def anew(held: pl.DataFrame, rows: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    """The partition after a correction, put together reading by reading and flagged as a whole."""
    kept = held.with_columns((pl.col("flags") & GIVEN).alias("given")).select(rows.columns)
    whole = {row[:2]: row for row in kept.iter_rows()}
    for row in rows.iter_rows():
        known = whole.get(row[:2])
        if known is None or known[3] != row[3]:
            whole[row[:2]] = row
    mixed = pl.DataFrame(list(whole.values()), schema=rows.schema, orient="row").sort(KEY)
    return flagged(mixed, context)


def settled(held: pl.DataFrame, rows: pl.DataFrame, context: pl.DataFrame, **more: Any) -> part.Arrived:
    tally = Tally({1: "a", 2: "b", 3: "c"}, "source", frozenset())
    return settle(rows, held, context=context, now=NOW, tally=tally, **more)


@settings(max_examples=150)
@given(corrections())
def test_a_correction_is_the_partition_made_anew(case: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]) -> None:
    held, rows, context = case
    expected = anew(held, rows, context)
    done = settled(held, rows, context)
    if not done.rewrite:  # nothing is replaced: the rows are added, and flagged by themselves
        assert not set(expected.filter(pl.col("batch") == 1).select(KEY).rows()) ^ set(held.select(KEY).rows())
        return
    touched = expected.filter(pl.col("batch") == 2)["meter"].unique()

    # Flags of meters that nothing has touched stay as they were; they are those that were made then.
    assert done.rows.equals(expected)
    assert done.rows.schema == pl.Schema(ROW)
    if done.touched is None:
        assert set(touched) == set(held["meter"])
    else:
        assert set(done.touched) == set(touched)


@settings(max_examples=60)
@given(corrections())
def test_values_alone_take_the_short_way_to_the_same_end(
    case: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
) -> None:
    held, rows, context = case
    rows = rows.join(held.select(KEY), on=KEY, how="semi")
    assume(settled(held, rows, context).rewrite)
    short = settled(held, rows, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "_same_lengths", lambda _: False)
        long = settled(held, rows, context)

    assert short.rows.equals(long.rows)
    assert short.counts == long.counts
    assert long.touched is not None
    assert short.touched is None or set(short.touched) == set(long.touched)


def test_other_values_find_their_places_without_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "clashes", lambda *_: pytest.fail("the long way"))
    context = context_of([(False, False, False)] * 2)
    cells = {(meter, hour): (1.0 + hour, 0) for meter in (1, 2) for hour in range(24)}
    held = flagged(rows_of(cells, batch=1, last="given"), context)

    done = settled(held, rows_of({(2, 5): (-3.0, 0), (2, 6): (7.0, 0)}, batch=2, last="given"), context)

    changed = done.rows.filter((pl.col("value") != held["value"]) | (pl.col("batch") != held["batch"]))
    hour = DAY + timedelta(hours=5)
    assert changed.rows() == [
        (2, hour, 3600, -3.0, int(Flag.NEGATIVE), 2),
        # Seven is what the hour had, so that it is not this source's.
    ]
    assert done.counts == {2: {"changed": 1, "same": 1}}


def test_a_correction_with_another_length_goes_the_long_way() -> None:
    context = context_of([(False, False, False)])
    held = flagged(rows_of({(1, hour): (1.0, 0) for hour in range(24)}, batch=1, last="given"), context)
    tally = Tally({1: "a"}, "source", frozenset())
    rows = rows_of({(1, 5): (2.0, 0)}, batch=2, last="given").with_columns(pl.lit(7200, pl.Int32).alias("seconds"))

    settle(rows, held, context=context, now=NOW, tally=tally)

    assert [finding.code for finding in tally.findings(1)] == ["readings.mixed"]


numbers = st.integers(1, 4) | st.integers(2**31 - 3, 2**31 - 1)
keys = st.tuples(numbers, st.integers(-(10**6), 10**6) | st.integers(-5, 5))


@given(st.sets(keys, max_size=30), st.lists(keys, max_size=30), st.sampled_from([1, 10**9]))
def test_places_are_where_a_look_at_every_row_finds_them(
    held: set[tuple[int, int]], rows: list[tuple[int, int]], scale: int
) -> None:
    # With the larger scale meter and time together do not fit into one number.
    schema = {"meter": pl.Int32, "start": pl.Datetime("us")}
    frames = [
        pl.DataFrame(
            [(meter, DAY + timedelta(microseconds=scale * time)) for meter, time in cells], schema=schema, orient="row"
        )
        for cells in (sorted(held), rows)
    ]
    expected = [sorted(held).index(cell) if cell in held else -1 for cell in rows]

    np.testing.assert_array_equal(places(frames[1], frames[0]), np.array(expected, dtype=np.int64))
