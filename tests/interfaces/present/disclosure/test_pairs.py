"""What stands beside each other on paper: charts and short narrow tables, in their order, and nothing else."""

from itertools import repeat
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.pairs import paired
from wattstone.interfaces.present.paper_tables import printed_table

Block = dict[str, Any]


def table(rows: int, *texts: str) -> Block:
    held = Table(tuple(Head(f"C{at}") for at in range(len(texts))), tuple(repeat(tuple(map(Cell, texts)), rows)))
    return {"kind": "table", "table": printed_table(held)}


def picture(key: str = "a") -> Block:
    return {"kind": "picture", "key": key, "half": False}


TEXT: Block = {"kind": "paragraph", "pieces": []}


def shapes(blocks: list[Block]) -> list[Any]:
    return [[each["kind"] for each in one["blocks"]] if one["kind"] == "pair" else one["kind"] for one in blocks]


def test_two_charts_and_a_chart_with_its_table_share_a_row() -> None:
    made = paired([picture("a"), picture("b"), TEXT, picture("c"), table(3, "Gas", "12"), picture("d")])

    assert shapes(made) == [["picture", "picture"], "paragraph", ["picture", "table"], "picture"]
    assert [one["half"] for one in made[0]["blocks"]] == [True, True]
    assert made[-1]["half"] is False


def test_a_table_that_is_wide_or_long_stands_alone() -> None:
    wide = table(3, *repeat("what was found at the site", 5))

    assert shapes(paired([picture(), wide, picture()])) == ["picture", "table", "picture"]
    assert shapes(paired([table(40, "Gas", "12"), table(3, "Gas", "12")])) == ["table", "table"]


def test_tables_of_unlike_length_leave_no_hole_beside_each_other() -> None:
    assert shapes(paired([table(2, "a", "1"), table(12, "a", "1")])) == ["table", "table"]
    assert shapes(paired([table(2, "a", "1"), table(4, "a", "1")])) == [["table", "table"]]


@given(st.lists(st.sampled_from(["picture", "narrow", "wide", "text"]), max_size=12))
def test_nothing_is_lost_and_the_order_stays(kinds: list[str]) -> None:
    made = {"picture": picture, "narrow": lambda: table(3, "Gas", "12"), "wide": lambda: table(30, "Gas"),
            "text": lambda: TEXT}  # fmt: skip
    blocks = [made[kind]() for kind in kinds]
    flat = [each for one in paired(blocks) for each in (one["blocks"] if one["kind"] == "pair" else [one])]

    assert [one["kind"] for one in flat] == [one["kind"] for one in blocks]
