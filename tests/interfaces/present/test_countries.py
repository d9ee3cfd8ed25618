"""Countries by name, for a person to choose from."""

import pytest

from wattstone.interfaces.present.countries import countries
from wattstone.interfaces.present.languages import Language


@pytest.mark.parametrize(("lang", "china", "britain"), [("en", "China", "United Kingdom"), ("zh", "中国", "英国")])
def test_countries_are_named_and_regions_are_none(lang: Language, china: str, britain: str) -> None:
    named = dict(countries(lang))

    assert (named["CN"], named["GB"]) == (china, britain)
    assert not {"EU", "UN", "ZZ"} & set(named)
    assert all(len(code) == 2 and code.isupper() for code in named)  # as a site takes them
