"""A statement written as canonical JSON and read back says the same: every text, number, table, order."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.made import made_edition, made_statement
from wattstone.base import Finding
from wattstone.disclosure.encoding import decoded, encoded
from wattstone.disclosure.frames import frame_from, frame_to
from wattstone.disclosure.manifest import canonical, digest, manifest, same, statement_from
from wattstone.programme.report import Said


def apart(one, other, path="statement"):
    """Where two values differ, looked at field by field: frames have no `==` that gives a bool."""
    if isinstance(one, pl.DataFrame):
        return [] if one.equals(other) and one.schema == other.schema else [path]
    if is_dataclass(one):
        assert type(one) is type(other), path
        return [
            each
            for part in fields(one)
            for each in apart(getattr(one, part.name), getattr(other, part.name), f"{path}.{part.name}")
        ]
    if isinstance(one, tuple | list):
        if type(one) is not type(other) or len(one) != len(other):
            return [path]
        return [each for at, pair in enumerate(zip(one, other, strict=True)) for each in apart(*pair, f"{path}[{at}]")]
    if hasattr(one, "items"):
        if set(one) != set(other):
            return [path]
        return [each for name in one for each in apart(one[name], other[name], f"{path}[{name}]")]
    return [] if one == other and type(one) is type(other) else [path]


@pytest.mark.parametrize("standard", ["tcfd", "ifrs-s2"])
def test_a_statement_comes_back_as_it_was(standard):
    statement = made_statement(standard)
    again = statement_from(json.loads(canonical(manifest(statement))))

    assert apart(statement, again) == []
    assert list(again.standard.sections) == list(statement.standard.sections)  # their order is the report's
    assert same(statement, again)


def test_values_of_sentences_keep_their_types():
    """JSON knows no days, and no tuples: they are marked."""
    said = Said(
        "{day} {at} {part} {many} {inner} {whole}",
        {
            "day": date(2025, 12, 31), "at": datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "part": float("inf"),
            "many": (1, 2.0, "三"), "inner": Said("{n}", {"n": None}), "whole": {"b": [True], "a": 1},
        },
    )  # fmt: skip
    finding = Finding(
        code="a.b", place="p", found="f", expected="e", remedy="r", params=said.params, severity="warning"
    )  # fmt: skip
    statement = replace(made_statement(), limits=(said,), findings=(finding,))
    again = statement_from(json.loads(canonical(manifest(statement))))

    assert apart(statement, again) == []
    with pytest.raises(TypeError, match="cannot keep"):
        encoded(Said("", {"x": object()}), Said)


def test_the_same_statement_gives_the_same_bytes_whatever_the_order_it_was_put_together_in():
    statement = made_statement()
    turned = replace(statement, figures=dict(reversed(list(statement.figures.items()))))

    assert canonical(manifest(turned)) == canonical(manifest(statement))
    # Worked by hand: names sorted, no spaces, shortest exact numbers, text as it is.
    assert canonical({"b": [0.1, 1e300, -0.0], "a": "碳"}) == '{"a":"碳","b":[0.1,1e+300,-0.0]}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_an_edition_gets_the_hash_of_its_manifest():
    bare = replace(made_statement(), edition=replace(made_edition(), sha256=""))
    content = canonical(manifest(bare, pins={"entries": 7}))

    read = statement_from(json.loads(content))
    assert read.edition is not None
    assert read.edition.sha256 == digest(content)
    assert apart(statement_from(json.loads(canonical(manifest(read)))), read) == []


def test_a_manifest_from_before_a_field_was_there_is_read():
    told = manifest(made_statement())
    del told["statement"]["simulated"]
    del told["statement"]["answers"][0]["due"]

    assert statement_from(told).simulated is False


frames = st.builds(
    lambda texts, numbers, days, lists: pl.DataFrame(
        {"t": texts, "n": numbers, "d": days, "l": lists},
        schema={"t": pl.String, "n": pl.Float64, "d": pl.Datetime("us", "UTC"), "l": pl.List(pl.Float64)},
    ),
    *(
        st.lists(one, min_size=3, max_size=3)
        for one in (
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            st.none() | st.floats(),
            st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
            st.none() | st.lists(st.none() | st.floats(), max_size=3),
        )
    ),
)


@given(frames)
def test_any_frame_comes_back(frame):
    told = json.loads(canonical(frame_to(frame)))

    assert frame_from(told).equals(frame, null_equal=True)
    assert frame_from(told).schema == frame.schema
    assert apart(decoded(told, pl.DataFrame).schema, frame.schema) == []


def test_a_frame_of_a_type_that_nobody_can_write_is_refused():
    with pytest.raises(TypeError, match="cannot keep a column"):
        frame_to(pl.DataFrame({"x": [b"x"]}))
    held = pl.DataFrame({"e": ["b", "a"], "s": [{"x": date(2025, 1, 1)}, None]}, schema_overrides={"e": pl.Enum("ab")})
    assert frame_from(json.loads(canonical(frame_to(held)))).equals(held)
