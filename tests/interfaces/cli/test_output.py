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
