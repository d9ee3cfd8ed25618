"""Who has approved a version of a text, from reviews that stand in the records whatever checks let them in."""

from datetime import datetime

import polars as pl
import pytest

from wattstone.disclosure.approval import approvals, verdicts
from wattstone.programme.kinds import entry_schema, record_kind

NARRATIVE = {"entry": "n", "hash": "now", "entered_by": "Li"}
REVIEW = {"narrative": "n", "read": "now", "reviewer": "Wu", "entered_by": "Wu", "verdict": "approved"}


def frame(kind: str, *rows: dict[str, str]) -> pl.DataFrame:
    made = [{"entered_at": datetime(2026, 1, day), **one} for day, one in enumerate(rows, 1)]
    return pl.DataFrame(made, schema=entry_schema(record_kind(kind)))


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([REVIEW], {"n": "Wu"}),
        ([], {}),
        ([{**REVIEW, "read": "before"}], {}),
        ([{**REVIEW, "reviewer": "Li"}], {}),
        ([{**REVIEW, "entered_by": "Li"}], {}),  # in another's name
        ([{**REVIEW, "narrative": "other"}], {}),
        ([{**REVIEW, "verdict": "changes"}], {}),
        ([REVIEW, {**REVIEW, "reviewer": "Ma", "entered_by": "Ma", "verdict": "changes"}], {}),
        ([{**REVIEW, "reviewer": "Ma", "entered_by": "Ma"}, REVIEW], {"n": "Ma, Wu"}),
    ],
)
def test_who_approved_the_version_that_holds(reviews, expected):
    assert approvals(frame("narrative", NARRATIVE), frame("review", *reviews)) == expected


def test_reviews_are_told_in_the_order_of_time():
    later = {**REVIEW, "reviewer": "Ma", "entered_by": "Ma", "verdict": "changes", "comment": "Who?"}
    told = verdicts(frame("narrative", NARRATIVE), frame("review", REVIEW, later))

    assert told.select("reviewer", "verdict", "comment").rows() == [("Wu", "approved", None), ("Ma", "changes", "Who?")]
