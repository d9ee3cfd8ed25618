"""What machines read: one JSON object that any parser takes."""

import json

import numpy as np
import pytest

from wattstone.interfaces.cli.output import Output


def test_what_is_not_known_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"a": float("nan"), "b": [1.0, float("inf")], "c": {"d": (np.float64("nan"), 2)}, "e": "nan"}

    Output(json=True).machine(known)

    def refuse(text: str) -> None:
        raise ValueError(text)

    said = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert said == {"a": None, "b": [1.0, None], "c": {"d": [None, 2]}, "e": "nan"}


def test_a_large_denominator_is_written_in_full() -> None:
    """9.2 million pounds, not 9.2e+06."""
    from datetime import datetime

    from wattstone.interfaces.cli.denominator import _line
    from wattstone.interfaces.present.numbers import THIN
    from wattstone.inventory.denominators import Denominator

    one = Denominator(
        name="revenue", subject="organisation", year=2025, value=9_200_000.0, unit="GBP", approach=None,
        source="accounts", stated_by="Li", at=datetime(2026, 1, 1),
    )  # fmt: skip
    assert _line(one).replace(THIN, " ").startswith("revenue of organisation: 9 200 000 GBP (accounts")


@pytest.mark.parametrize(("said", "width"), [("", 120), ("wide", 120), ("0", 120), ("200", 200)])
def test_a_width_that_is_none_is_passed_over(monkeypatch: pytest.MonkeyPatch, said: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", said)
    assert Output().console.width == width
