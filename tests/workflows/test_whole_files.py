"""Files that are there whole or not at all: two writers at once, and one who fails."""

from pathlib import Path

import pytest

from wattstone.workflows.whole_files import written_whole


def test_each_writer_has_a_file_of_its_own_and_the_later_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "kept.toml"
    with written_whole(path) as first:
        first.write_text("first, and long")
        with written_whole(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"

    assert path.read_text() == "first, and long"
    assert list(path.parent.iterdir()) == [path]


def test_who_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "kept.toml"
    path.write_text("before")

    with pytest.raises(OSError, match="full"):
        _write_half(path)

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def _write_half(path: Path) -> None:
    with written_whole(path) as partial:
        partial.write_text("aft")
        raise OSError("the disk is full")
