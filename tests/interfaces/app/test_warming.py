"""What is made ready before the first reader comes."""

import logging
from pathlib import Path

import pytest

from wattstone.interfaces.app.warming import begin_warming, warm
from wattstone.interfaces.serving.service import Service
from wattstone.interfaces.web import static


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Where the bundle was to be kept, each time it was made; it is made of air here."""
    given: list[Path | None] = []
    empty = static.Shelf({}, "0")
    monkeypatch.setattr(static, "shelf", lambda: empty)
    monkeypatch.setattr(static, "_bundle", lambda cache: (given.append(cache), b"var vega;")[1])
    return given


def test_the_bundle_and_the_estates_are_there_before_anybody_asks(service: Service, asked: list[Path | None]) -> None:
    begin_warming(service).join(30)

    assert asked == [service.root / ".cache"]
    kept = static.shelf().find(static.BUNDLE)
    assert kept is not None
    assert kept.content == b"var vega;"
    assert len(asked) == 1, "it was not made again"
    assert [key for key, _ in service.estates._held] == ["acme"]


def test_what_cannot_be_made_ready_is_noted_and_stops_nothing(
    service: Service, asked: list[Path | None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_tenant: str) -> None:
        raise OSError("the lake is away")

    monkeypatch.setattr(service, "whole", away)
    with caplog.at_level(logging.INFO, "wattstone.server"):
        warm(service)

    assert [one.getMessage() for one in caplog.records] == ["server.not_warm"]
    assert len(asked) == 1


def test_the_bundle_is_kept_from_one_start_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "_MAKE", "print('var vega;', end='')")
    cache = tmp_path / ".cache"
    assert static._bundle(cache) == b"var vega;"
    monkeypatch.setattr(static, "_MAKE", "raise SystemExit(1)")
    assert static._bundle(cache) == b"var vega;"
    assert len(list(cache.iterdir())) == 1
