"""What a look-up of factors says is said in Chinese too: refusals, the exceptions that they name, and notes."""

import re

import pytest

from wattstone.base import NotComputable
from wattstone.interfaces.present.languages import say_reason
from wattstone.rates import load_factors
from wattstone.rates.activities import activity_kinds
from wattstone.rates.activity_lookup import ActivityAsk, activity_factors
from wattstone.rates.residual import residual_factor
from wattstone.rates.series import all_series
from wattstone.rates.sets import catalogue

TABLE = load_factors()
ACCEPTED = frozenset({
    "year:desnz2025", "region:desnz2025", "gwp:AR5", "gwp:unspecified", "cn_fuels", "epa_warm2021", "region:ipcc2006",
    "region:epa_warm2025", "ipcc2006_compost", "year:cn_mee_2023", "cn_mee_2023",
})  # fmt: skip
ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{2,} [a-z]{2,}")


def asks() -> list[ActivityAsk]:
    """A few items of every kind, at four places, in two years and two GWP sets, with and without exceptions."""
    return [
        ActivityAsk(kind=kind.id, item=item, unit=unit, region=None, country=country, year=year, gwp_set=gwp_set,
                    exceptions=accepted)
        for kind in activity_kinds().values()
        for item in (*list(kind.items)[:3], *list(kind.items)[-2:], "")
        for unit in kind.units_of(item)[:3]
        for country in ("GB", "CN", "US", "MY")
        for year in (2024, 2025)
        for gwp_set in ("AR5", "AR6")
        for accepted in (frozenset[str](), ACCEPTED)
    ]  # fmt: skip


def left_in_english(text: str) -> str:
    """What is said in Chinese, without what keeps its language: names in quotation marks, and sources in brackets."""
    return re.sub(r"'[^']*'|\([^()]*\)|（[^（）]*）", "", say_reason(text, "zh"))


def test_whatever_a_look_up_says_has_its_chinese() -> None:
    said: dict[str, str] = {}
    for answer in activity_factors(TABLE, asks()).values():
        for text in [str(answer)] if isinstance(answer, NotComputable) else answer.notes:
            said.setdefault(re.sub(r"\d+|[A-Z]{2}(-[A-Z]+)?", "#", text), text)

    assert len(said) > 100
    assert [text for text in said.values() if ENGLISH.search(left_in_english(text))] == []


@pytest.mark.parametrize(
    ("country", "year", "accepted"),
    [("CH", 2022, "aib2022_residual"), ("DE", 2022, "aib2022_residual"), ("CN", 2024, ""), ("US", 2022, ""),
     ("CN", 2024, "year:cn_mee_2023")],
)  # fmt: skip
def test_whatever_is_said_of_a_residual_mix_has_its_chinese(country: str, year: int, accepted: str) -> None:
    try:
        made = residual_factor(
            TABLE, region=None, country=country, year=year, gwp_set="AR6", exceptions=frozenset({accepted})
        )
        texts = made.notes
    except NotComputable as refusal:
        texts = (str(refusal),)
    assert [text for text in texts if ENGLISH.search(left_in_english(text))] == []


def test_every_set_and_series_has_its_chinese() -> None:
    names = {one.name for one in (*catalogue().sets.values(), *all_series().values())}
    assert {name for name in names if say_reason(name, "zh") == name} == set()
