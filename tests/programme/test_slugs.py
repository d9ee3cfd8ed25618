from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from wattstone.programme.slugs import slug


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_can_be_read_back(text: str) -> None:
    """What can be read back is one name's alone."""
    assert unquote(slug(text).replace("_", " ")) == text
    assert not set(slug(text)) & set(".@:/=~ ")


def test_names_that_look_alike_stay_apart() -> None:
    names = ["Water use", "water use", "water-use", "Water_use", "Water  use", "TRIR", "trir", "a.b", "a%2Eb"]

    assert len({slug(one) for one in names}) == len(names)
    assert (slug("TRIR"), slug("Water use"), slug("a.b")) == ("TRIR", "Water_use", "a%2Eb")
