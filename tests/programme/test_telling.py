"""Findings on many entries: bounded, and none of the entries forgotten."""

from datetime import date

import polars as pl

from wattstone.programme.telling import among, places, told


def rows(number: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"entry": [f"e{n:02}" for n in range(number)], "part": [n / 100 for n in range(number)]}
    ).with_columns(day=pl.lit(date(2024, 5, 1)))


def of(frame: pl.DataFrame) -> list:
    return told("claim", frame, "x.y", "{part} on {day}", "less", "mend", severity="warning", params={"part": ".0%"})


def test_many_are_told_as_twenty_and_the_rest() -> None:
    found = of(rows(30))

    assert [one.count for one in found] == [1] * 20 + [10]
    assert [one.place for one in found][19:] == ["claim 'e19'", "claim 'e20'"]
    assert found[3].say(found[3].found) == "3% on 2024-05-01"
    assert len(of(rows(20))) == 20
    assert of(rows(0)) == []


def test_the_rest_still_knows_its_entries() -> None:
    last = of(rows(30))[-1]
    assert places(last) == [f"claim 'e{n}'" for n in range(20, 30)]

    (own,) = among(last, "claim 'e27'".__eq__)
    assert (own.place, own.count, own.severity, own.say(own.found)) == (
        "claim 'e27'", 1, "warning", "27% on 2024-05-01"
    )  # fmt: skip
    assert among(last, lambda _: False) == []
    assert among(last, lambda _: True) == [last]


def test_one_that_is_told_by_itself_is_kept_or_not() -> None:
    first = of(rows(30))[0]

    assert places(first) == ["claim 'e00'"]
    assert among(first, "claim 'e00'".__eq__) == [first]
    assert among(first, "claim 'e01'".__eq__) == []
