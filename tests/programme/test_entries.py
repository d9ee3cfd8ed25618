"""What versions of entries are: canonical text, a hash that anybody can compute, frames that say the same again."""

import hashlib
import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.programme.entries import (
    MANY,
    VERSIONS,
    bodies_of,
    body_of,
    combined,
    entries_frame,
    hash_of,
    inputs_of,
    site_field,
)
from wattstone.programme.kinds import MODULES, RecordField, RecordKind, entry_schema, kinds_of, record_kind

KIND = RecordKind(
    id="thing", module="nature", label="Thing", plural="Things",
    fields=(
        RecordField(name="id", type="text", label="Id"),
        RecordField(name="area", type="number", label="Area", unit="ha"),
        RecordField(name="count", type="integer", label="Count"),
        RecordField(name="share", type="part", label="Share"),
        RecordField(name="start", type="date", label="Start"),
        RecordField(name="year", type="year", label="Year"),
        RecordField(name="done", type="flag", label="Done"),
        RecordField(name="names", type="list", label="Names"),
    ),
)  # fmt: skip
finite = st.floats(allow_nan=False, allow_infinity=False)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(min_size=1), "area": finite, "count": st.integers(-(2**53), 2**53), "share": finite,
        "start": st.dates(date(1900, 1, 1), date(2200, 1, 1)), "year": st.integers(1900, 2200), "done": st.booleans(),
        "names": st.lists(st.text(min_size=1), min_size=1, max_size=4),
    },
)  # fmt: skip


def versions(*bodies: str) -> pl.DataFrame:
    rows = [
        (n, "thing", f"e{n}", 1, f"h{n}", None, body, None, "Li", None, None, False, "")
        for n, body in enumerate(bodies)
    ]
    return pl.DataFrame(rows, schema=VERSIONS, orient="row")


@given(st.lists(SAID, min_size=1, max_size=5))
def test_what_is_said_is_read_again(said: list[dict[str, object]]) -> None:
    frame = entries_frame(KIND, versions(*map(body_of, said)))

    assert frame.schema == entry_schema(KIND)
    for row, one in zip(frame.to_dicts(), said, strict=True):
        assert {name: row[name] for name in (each.name for each in KIND.fields)} == {
            name: one.get(name) for name in (each.name for each in KIND.fields)
        }


@given(st.lists(SAID, min_size=1, max_size=5))
def test_many_bodies_are_made_as_each_is(said: list[dict[str, object]]) -> None:
    fields = {name: dtype for name, dtype in entry_schema(KIND).items() if name in {one.name for one in KIND.fields}}
    rows = pl.DataFrame(said, schema=fields)

    assert bodies_of(rows) == list(map(body_of, said))


def test_the_hash_is_what_the_page_says_it_is() -> None:
    """Computed here by the rule alone: SHA-256 of the JSON array of kind, entry, body and document."""
    body = '{"area":2.0}'
    text = json.dumps(["thing", "e1", body, None], separators=(",", ":"))

    assert hash_of("thing", "e1", body) == hashlib.sha256(text.encode()).hexdigest()[:40]
    assert len({hash_of("thing", "e1", body), hash_of("thing", "e1", body, "d"), hash_of("other", "e1", body)}) == 3


def test_absent_and_nan_say_nothing() -> None:
    assert body_of({"a": None, "b": float("nan"), "c": 0.0}) == '{"c":0.0}'
    with pytest.raises(ValueError, match="JSON"):
        body_of({"a": float("inf")})


@given(st.lists(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=1, unique=True), st.randoms())
def test_many_have_one_hash_in_any_order(hashes: list[str], shuffle: object) -> None:
    other = list(hashes)
    shuffle.shuffle(other)
    one, two = (pl.DataFrame({"hash": each}) for each in (hashes, other))

    assert combined(one) == combined(two)
    assert combined(one) != combined(pl.DataFrame({"hash": [*hashes, "more"]}))


def test_few_are_named_one_by_one_and_many_together() -> None:
    few, many = (pl.DataFrame({"hash": [f"{n:04}" for n in range(count)]}) for count in (MANY, MANY + 1))

    assert inputs_of("thing", few)[:2] == ("entry:0000", "entry:0001")
    assert len(inputs_of("thing", few)) == MANY
    assert inputs_of("thing", many) == (f"entries:thing={combined(many)}",)


def test_every_kind_is_told_apart_and_refers_to_what_there_is() -> None:
    """A field's name is never that of the columns behind it; a key is made of fields; a reference leads somewhere."""
    every = [kind for module in MODULES for kind in kinds_of(module)]
    ids = [kind.id for kind in every]
    assert len(set(ids)) == len(ids) > 20
    for kind in every:
        names = [one.name for one in kind.fields]
        assert len(set(names)) == len(names), kind.id
        assert not {"entry", "hash", "document", "entered_by", "entered_at", "version", "withdrawn"} & set(names), (
            kind.id
        )
        assert set(kind.key) <= set(names), kind.id
        assert kind.key or names[0] == "id", kind.id
        assert all(one.to == "measure" or record_kind(one.to) for one in kind.fields if one.type == "ref"), kind.id
        assert all(one.choices for one in kind.fields if one.type == "choice"), kind.id
        assert all(one.type != "site" or one.name == "site" for one in kind.fields), kind.id


def test_an_entry_is_at_the_site_that_its_field_names() -> None:
    assert site_field(KIND) is None
    assert site_field(record_kind("factory_status")) == "site"
