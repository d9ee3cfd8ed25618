"""How a site is held as text: what is written is read again, and what means nothing is named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.portfolio.control_text import control_text, read_controls
from wattstone.portfolio.model import Control

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
LEASED = st.sampled_from(["leased_in", "leased_out"])


@st.composite
def controls(draw: st.DrawFn) -> Control:
    start, days = draw(st.none() | DAYS), draw(st.integers(1, 5000))
    end = None if start is None or draw(st.booleans()) else start + timedelta(days=days)
    holding = draw(LEASED | st.sampled_from(["owned", "joint_venture", "associate", "franchise"]))
    return Control(
        start=start, end=end, holding=holding,  # type: ignore[arg-type]
        lease=draw(st.sampled_from(["finance", "operating"])) if holding.startswith("leased") else None,
        equity=draw(st.integers(0, 1000)) / 1000, operational=draw(st.sampled_from([None, True, False])),
        financial=draw(st.sampled_from([None, True, False, "joint"])),
    )  # fmt: skip


@given(st.lists(controls(), max_size=4))
def test_what_is_written_is_read_again(held: list[Control]) -> None:
    made, strange = read_controls(control_text(held))

    assert strange == []
    assert [Control.model_validate(one) for one in made] == held


@pytest.mark.parametrize(
    ("text", "holdings", "strange"),
    [("", [], []), ("owned", ["owned"], []), ("owned； franchise", ["owned", "franchise"], []),
     ("owned,colour=red", ["owned"], ["colour"]), ("leased_in，lease=finance\nowned", ["leased_in", "owned"], [])],
)  # fmt: skip
def test_texts_of_people_are_read(text: str, holdings: list[str], strange: list[str]) -> None:
    made, found = read_controls(text)

    assert ([one["holding"] for one in made], found) == (holdings, strange)
