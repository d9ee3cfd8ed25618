"""Labels of an axis: names that differ must not become one row of a drawing."""

from wattstone.interfaces.present.charts.base import NARROW, WIDE, name_label, with_labels

PARKS = [f"Simulated industrial park 00{number}4, Beijing" for number in range(4)]


def test_names_that_begin_alike_are_told_by_their_ends() -> None:
    assert len({name_label(name, NARROW) for name in PARKS}) == 1  # what an axis would draw in one place

    labels = [row["name"] for row in with_labels([{"name": name} for name in PARKS], NARROW)]

    assert len(set(labels)) == len(PARKS)
    assert all(label.endswith(f"00{number}4, Beijing") for number, label in enumerate(labels))


def test_names_that_begin_and_end_alike_are_told_by_their_places() -> None:
    names = [f"The north wing of house {number} of the estate by the river, Jinan" for number in range(3)]

    assert len({row["name"] for row in with_labels([{"name": name} for name in names], NARROW)}) == 3


def test_rows_of_one_name_keep_one_label() -> None:
    rows = [{"name": name, "scope": scope} for name in PARKS for scope in (1, 2)]

    labelled = with_labels(rows, NARROW)

    assert [row["scope"] for row in labelled] == [1, 2] * 4
    assert len({row["name"] for row in labelled}) == 4


def test_names_that_differ_by_themselves_stay_as_they_are() -> None:
    assert [row["name"] for row in with_labels([{"name": "Hall"}, {"name": "Court"}], WIDE)] == ["Hall", "Court"]
