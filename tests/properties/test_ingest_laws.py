"""Laws of the ingest: parts in any cut and order are the whole; nothing depends on when things arrive."""

import tempfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.ingest.estate import dataset, held, orphans, readings, take, values, workspace

START = datetime(2023, 12, 31, 18)
value = st.none() | st.floats(0, 1e6, allow_nan=False)


@settings(max_examples=8)
@given(
    st.lists(value, min_size=4, max_size=30),
    st.lists(st.integers(1, 29), max_size=3, unique=True),
    st.randoms(use_true_random=False),
)
def test_parts_in_any_order_are_the_whole(series: list[float | None], cuts: list[int], random: object) -> None:
    borders = sorted({0, len(series), *(cut for cut in cuts if cut < len(series))})
    pieces = [(a, series[a:b]) for a, b in pairwise(borders)]
    random.shuffle(pieces)  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        declared = [{"meter_id": "a", "interval_minutes": 60}]
        root = workspace(folder / "workspace")
        for number, (offset, part) in enumerate(pieces):
            frame = readings("a", START + timedelta(hours=offset), part)
            take(root, dataset(folder / str(number), frame, meters=declared))

        assert values(root, "a") == {START + timedelta(hours=hour): one for hour, one in enumerate(series)}
        held(root)  # hashes and latest values agree with the rows
        assert orphans(root) == []


@settings(max_examples=8)
@given(st.lists(st.dictionaries(st.integers(0, 12), value, min_size=1), min_size=1, max_size=4))
def test_the_last_word_counts_and_every_earlier_one_is_kept(words: list[dict[int, float | None]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = workspace(folder / "workspace")
        expected: dict[datetime, float | None] = {}
        versions: list[tuple[int, dict[datetime, float | None]]] = []
        for number, word in enumerate(words):
            frames = [readings("a", START + timedelta(hours=hour), [one]) for hour, one in word.items()]
            source = dataset(
                folder / str(number), pl.concat(frames), meters=[{"meter_id": "a", "interval_minutes": 60}]
            )
            done = take(root, source)[0]
            if not done.already:
                expected = {**expected, **{START + timedelta(hours=hour): one for hour, one in word.items()}}
                versions.append((done.batch, dict(expected)))
        assert values(root, "a") == expected
        for version, then in versions:
            assert values(root, "a", version=version) == then
        held(root)
