"""A frame of figures has the ids that its figures have one by one."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import Figure, Interval, Period
from wattstone.inventory.frames import FIGURE, with_ids

SCHEMA = {name: dtype for name, dtype in FIGURE.items() if name != "id"}
numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)).map(lambda at: at.replace(microsecond=0))

figures = st.fixed_dictionaries(
    {
        "name": texts,
        "subject": texts,
        "period": texts,
        "start": moments,
        "end": moments,
        "value": st.none() | numbers,
        "unit": texts,
        "bounds": st.none() | st.tuples(numbers, numbers),
        "reason": st.none() | texts,
        "basis": st.none() | st.sampled_from(["hourly", "annual"]),
        "method": texts,
        "estimated": numbers,
        "coverage": st.none() | numbers,
        "notes": st.lists(texts, max_size=3),
        "inputs": st.lists(texts, max_size=3),
    }
)


def alone(row: dict) -> str:
    """The id of one figure."""
    return Figure(
        name=row["name"],
        value=row["value"],
        unit=row["unit"],
        subject=row["subject"],
        period=Period(row["start"], row["end"]),
        period_label=row["period"],
        method=row["method"],
        inputs=tuple(row["inputs"]),
        interval=None if row["bounds"] is None else Interval(*row["bounds"]),
        reason=row["reason"],
        basis=row["basis"],
        estimated=row["estimated"],
        coverage=row["coverage"],
        notes=tuple(row["notes"]),
    ).id


@given(st.lists(figures, min_size=1, max_size=6))
def test_a_frame_gives_the_ids_of_its_figures(rows):
    flat = [
        {**row, "lower": (row["bounds"] or (None, None))[0], "upper": (row["bounds"] or (None, None))[1]}
        for row in rows
    ]
    frame = pl.DataFrame([{name: row[name] for name in SCHEMA} for row in flat * 3], schema=SCHEMA)

    assert with_ids(frame)["id"].to_list() == [alone(row) for row in rows] * 3


def test_a_frame_without_rows_has_ids_too():
    assert with_ids(pl.DataFrame(schema=SCHEMA)).schema["id"] == pl.String


def test_what_is_not_finite_is_refused():
    row = dict.fromkeys(SCHEMA) | {"notes": [], "inputs": [], "value": float("nan")}
    with pytest.raises(ValueError, match="JSON"):
        with_ids(pl.DataFrame([row], schema=SCHEMA))
