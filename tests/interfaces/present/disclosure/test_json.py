"""JSON: what the schema says, and the same statement when it is read back."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import polars as pl
import pytest

from tests.disclosure.made import made_edition, made_statement
from wattstone.disclosure.manifest import same
from wattstone.interfaces.present.disclosure.as_json import from_json, json_schema, to_json

SCHEMA = Path("docs/reference/statement.schema.json")


def passed(statement):
    return json.loads(json.dumps(to_json(statement), ensure_ascii=False, allow_nan=False))


@pytest.fixture(scope="module")
def schema():
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_documented_schema_is_that_of_the_types():
    """`python -m wattstone.interfaces.present.disclosure.as_json > docs/reference/statement.schema.json` renews it."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize("standard", ["tcfd", "ifrs-s2@2025"])
@pytest.mark.parametrize("edition", [None, made_edition()])
def test_a_statement_fits_the_schema_and_comes_back(schema, standard, edition):
    statement = made_statement(standard, edition=edition)
    told = passed(statement)

    assert [one.message for one in schema.iter_errors(told)] == []
    assert same(from_json(told), statement)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["statement"].pop("standard"),
        lambda told: told["statement"]["answers"][0].update(status="perhaps"),
        lambda told: next(iter(told["statement"]["figures"].values())).update(value="12"),
        lambda told: told["statement"]["answers"][0].update(more=1),
        lambda told: told.update(form="other/1"),
    ],
)
def test_what_is_no_statement_does_not_fit(schema, spoil):
    told = passed(made_statement())
    spoil(told)

    assert not schema.is_valid(told)


def test_both_languages_and_all_tables_are_in_it():
    statement = made_statement()
    told = passed(statement)["statement"]

    assert {lang for one in told["answers"] for lang in one["written"]} == {"en", "zh"}
    held = [each for one in told["answers"] for each in one["tables"]]
    frames = [each.rows for one in statement.answers for each in one.tables]
    assert [one["rows"]["rows"] for one in held] == [one.height for one in frames]
    days = {value for one in held for column in one["rows"]["columns"] if column["type"] == "Date"
            for value in column["values"]}  # fmt: skip
    assert all(date.fromisoformat(one) for one in days)
    assert isinstance(frames[0], pl.DataFrame)
