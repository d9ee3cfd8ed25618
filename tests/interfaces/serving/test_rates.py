"""How much may be asked for: of one process, and of several together."""

import subprocess
import sys
from pathlib import Path

import pytest

from wattstone.interfaces.serving.rates import COMMON, Buckets, SharedBuckets, Taken, buckets


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("kind", ["own", "shared"])
def test_a_bucket_holds_its_burst_and_fills_at_its_rate(kind: str, tmp_path: Path) -> None:
    clock = Clock()
    held = Buckets(2, 3, clock=clock) if kind == "own" else SharedBuckets(tmp_path / "x", 2, 3, clock=clock)

    assert [held.take("a") for _ in range(4)] == [
        Taken(0.0, 2, 0.5), Taken(0.0, 1, 1.0), Taken(0.0, 0, 1.5), Taken(0.5, 0, 1.5),
    ]  # fmt: skip
    assert held.take("b").left == 2
    clock.now += 0.5
    assert held.take("a").wait == 0
    clock.now += 60
    assert held.take("a").left == 2


def test_two_processes_take_from_the_same_bucket(tmp_path: Path) -> None:
    one, other = (SharedBuckets(tmp_path / "x", 0.001, 10) for _ in range(2))
    taken = [bucket.take("a").wait == 0 for _ in range(6) for bucket in (one, other)]

    assert taken == [True] * 10 + [False] * 2
    other.close()
    assert one.take("a").wait > 0


_TAKE = """
import sys
from pathlib import Path
from wattstone.interfaces.serving.rates import SharedBuckets
held = SharedBuckets(Path(sys.argv[1]), 0.001, 100)
print(sum(held.take("a").wait == 0 for _ in range(80)))
"""


def test_processes_that_compete_take_no_more_than_there_is(tmp_path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", _TAKE, tmp_path / "x"], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sum(int(one.communicate(timeout=60)[0]) for one in started) == 100


def test_many_names_push_out_the_one_that_was_quiet_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattstone.interfaces.serving.rates._MOST", 1)
    clock = Clock()
    held = SharedBuckets(tmp_path / "x", 0.001, 10, clock=clock)
    for number in range(9):
        clock.now += 1
        held.take(str(number))

    assert held.take("8").left == 8
    assert held.take("1").left == 8
    assert held.take("0").left == 9, "it was forgotten"


def test_what_the_processes_of_a_server_have_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMMON, raising=False)
    assert isinstance(buckets(1, 2, called="each"), Buckets)
    monkeypatch.setenv(COMMON, str(tmp_path))
    assert isinstance(buckets(1, 2, called="each"), SharedBuckets)
    assert [one.name for one in tmp_path.iterdir()] == ["rates-each"]
