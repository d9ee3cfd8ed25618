"""What is said of measures that were judged: where nothing can be determined, no saving of 0 is told."""

from types import SimpleNamespace
from typing import Any

from wattstone.interfaces.jobs.kinds_savings import _message


def _judged(name: str, verdict: str) -> Any:
    return SimpleNamespace(measure=SimpleNamespace(id=name, name=None), saving=SimpleNamespace(verdict=verdict))


def test_what_cannot_be_determined_is_named_and_not_counted_as_no_saving() -> None:
    (only,) = _message([_judged("M-1", "not determined")])
    assert (only.text, only.params) == ("Not determined: {names}.", {"names": "M-1"})

    told, unknown = _message([_judged("M-1", "not determined"), _judged("M-2", "saving")])
    assert (told.count, told.params) == (2, {"proved": 1})
    assert unknown.params == {"names": "M-1"}
    assert len(_message([_judged("M-2", "no significant saving")])) == 1
