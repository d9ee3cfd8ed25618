"""The organisational boundary. Expected values by hand and from the worked example of the Corporate Standard."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from wattstone.portfolio import Control, Share, Site
from wattstone.portfolio.control import boundary, own_share, placements, share_of, spans_of

DAY = date(2025, 6, 1)
APPROACHES = ("equity share", "operational control", "financial control")


def placed(site: Site, day: date = DAY) -> dict[str, tuple[float, int]]:
    found = {approach: boundary(site, approach, day) for approach in APPROACHES}  # type: ignore[arg-type]
    return {approach.split()[0]: (one.share, one.category) for approach, one in found.items()}


def held(**said: object) -> dict[str, tuple[float, int]]:
    return placed(Site(id="A", control=[Control(**said)]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("company", "said", "equity", "operational", "financial"),
    [
        ("Holland Switzerland", {}, 1.0, 1.0, 1.0),
        ("Holland America", {"equity": 0.83}, 0.83, 1.0, 1.0),
        ("BGB", {"holding": "joint_venture", "equity": 0.5}, 0.5, 0.0, 0.5),
        ("IRW", {"equity": 0.83 * 0.75}, 0.6225, 1.0, 1.0),
        ("Kahuna Chemicals", {"holding": "joint_venture", "equity": 1 / 3}, 1 / 3, 0.0, 1 / 3),
        ("QuickFix", {"equity": 0.43}, 0.43, 1.0, 1.0),
        ("Nallo", {"holding": "associate", "equity": 0.56}, 0.56, 0.0, 0.0),
    ],
)
def test_the_example_of_the_corporate_standard(
    company: str, said: dict[str, object], equity: float, operational: float, financial: float
) -> None:
    """GHG Protocol Corporate Standard (2004), chapter 3, the illustration 'Holland Industries'."""
    own = {way: share if category == 0 else 0.0 for way, (share, category) in held(**said).items()}

    assert own == pytest.approx({"equity": equity, "operational": operational, "financial": financial}), company


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # tenant, then landlord: appendix F of the Corporate Standard, tables A.1 and A.2 of the Scope 3 Standard
        ({"holding": "leased_in", "lease": "finance"}, ((1, 0), (1, 0), (1, 0))),
        ({"holding": "leased_in", "lease": "operating"}, ((1, 8), (1, 0), (1, 8))),
        ({"holding": "leased_out", "lease": "finance"}, ((1, 13), (1, 13), (1, 13))),
        ({"holding": "leased_out", "lease": "operating"}, ((1, 0), (1, 13), (1, 0))),
        # a tenant who can show that the landlord runs the asset; a landlord who runs it himself
        ({"holding": "leased_in", "lease": "operating", "operational": False}, ((1, 8), (1, 8), (1, 8))),
        ({"holding": "leased_out", "lease": "operating", "operational": True}, ((1, 0), (1, 0), (1, 0))),
        # franchisor; one who holds a fifth of the franchise; one who runs it
        ({"holding": "franchise"}, ((1, 14), (1, 14), (1, 14))),
        ({"holding": "franchise", "equity": 0.2}, ((0.2, 0), (1, 14), (1, 14))),
        ({"holding": "franchise", "operational": True, "financial": True}, ((1, 14), (1, 0), (1, 0))),
        # what is invested in without control counts by the share that is held
        ({"holding": "associate", "equity": 0.3}, ((0.3, 0), (0.3, 15), (0.3, 15))),
        ({"holding": "joint_venture", "equity": 0.5, "operational": True}, ((0.5, 0), (1, 0), (0.5, 0))),
        ({"holding": "joint_venture", "equity": 0.5, "financial": False}, ((0.5, 0), (0.5, 15), (0.5, 15))),
        ({"holding": "joint_venture", "equity": 0.6, "financial": True}, ((0.6, 0), (0.6, 15), (1, 0))),
    ],
)
def test_what_is_not_controlled_belongs_to_a_category(said: dict[str, object], expected: tuple) -> None:
    assert tuple(held(**said).values()) == expected


def test_tenant_and_landlord_never_both_count_a_lease_in_scopes_1_and_2() -> None:
    """What appendix F is made for, where both consolidate by the same approach."""
    for lease in ("finance", "operating"):
        tenant, landlord = (held(holding=holding, lease=lease) for holding in ("leased_in", "leased_out"))
        assert {way: (tenant[way][1] == 0) + (landlord[way][1] == 0) for way in tenant} == dict.fromkeys(tenant, 1)


def test_a_site_that_nobody_described_is_wholly_ones_own() -> None:
    assert set(placed(Site(id="A")).values()) == {(1.0, 0)}


def test_ownership_counts_as_it_did_before_control_was_said() -> None:
    site = Site(id="A", ownership=[Share(end=date(2025, 7, 1), share=0.5), Share(start=date(2025, 7, 1), share=0.0)])

    assert placed(site) == {"equity": (0.5, 0), "operational": (1.0, 0), "financial": (1.0, 0)}
    assert placed(site, date(2025, 7, 1)) == dict.fromkeys(("equity", "operational", "financial"), (0.0, 0))
    ruled = Site(id="A", ownership=[Share(share=0.5)], control=[Control(holding="franchise")])
    assert placed(ruled)["operational"] == (1.0, 14)


SOLD = Site(
    id="Mill",
    control=[
        Control(start=date(2025, 1, 11), end=date(2025, 4, 1)),
        Control(start=date(2025, 4, 1), holding="leased_out", lease="operating"),
    ],
)


def test_bought_and_let_within_the_year_to_the_day() -> None:
    """Bought on 11 January, let from 1 April: nothing for 10 days, own for 80, category 13 for 275 of 365 days."""
    line = pl.DataFrame({"site_id": ["Mill"], "start": [date(2025, 1, 1)], "end": [date(2025, 12, 31)]})

    found = share_of(line, placements([SOLD], "operational control"))

    assert dict(found.select("category", pl.col("share") * 365).iter_rows()) == pytest.approx({0: 80.0, 13: 275.0})
    assert boundary(SOLD, "operational control", date(2025, 1, 10)).reason == "not_held"
    assert own_share(line, placements([SOLD], "operational control")).to_list() == pytest.approx([80 / 365])
    # under financial control the lease stays the landlord's: 355 days of his own
    assert own_share(line, placements([SOLD], "financial control")).to_list() == pytest.approx([355 / 365])


def test_lines_of_many_sites_keep_their_order() -> None:
    sites = [SOLD, Site(id="HQ"), Site(id="JV", control=[Control(holding="joint_venture", equity=0.25)])]
    lines = pl.DataFrame(
        {
            "site_id": ["JV", "Mill", "HQ", "Mill", "nobody"],
            "start": [date(2025, 1, 1), date(2025, 1, 1), date(2025, 5, 1), date(2025, 4, 1), date(2025, 1, 1)],
            "end": [date(2025, 1, 31), date(2025, 1, 10), date(2025, 5, 1), date(2025, 4, 30), date(2025, 1, 1)],
        }
    )

    found = share_of(lines, placements(sites, "operational control"))

    assert found.rows() == [(0, 15, 0.25), (2, 0, 1.0), (3, 13, 1.0)]
    assert own_share(lines, placements(sites, "equity share")).to_list() == [0.25, 0.0, 1.0, 1.0, 0.0]


@given(
    turns=st.lists(st.integers(0, 400), min_size=2, max_size=6, unique=True).map(sorted),
    first=st.integers(0, 380),
    days=st.integers(1, 60),
    equity=st.floats(0.01, 1.0),
)
def test_shares_of_a_line_are_the_mean_of_its_days(turns: list[int], first: int, days: int, equity: float) -> None:
    """Another road to the same number: each day asked for by itself."""
    start = date(2025, 1, 1)
    control = [
        Control(start=start + timedelta(begin), end=start + timedelta(end), holding="joint_venture", equity=equity,
                operational=bool(at % 2))
        for at, (begin, end) in enumerate(pairwise(turns))
    ]  # fmt: skip
    site = Site(id="A", control=control)
    begin, end = start + timedelta(first), start + timedelta(first + days - 1)

    found = share_of(pl.DataFrame({"site_id": ["A"], "start": [begin], "end": [end]}),
                     placements([site], "operational control"))  # fmt: skip

    each = [boundary(site, "operational control", begin + timedelta(day)) for day in range(days)]
    for category in (0, 15):
        mean = sum(one.share for one in each if one.category == category) / days
        row = found.filter(pl.col("category") == category)["share"]
        assert (row.item() if row.len() else 0.0) == pytest.approx(mean, abs=1e-12)
    assert found["share"].sum() <= 1.0 + 1e-12


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"holding": "leased_in"}, "finance or an operating"),
        ({"holding": "owned", "lease": "finance"}, "only what is leased"),
        ({"holding": "joint_venture"}, "which share"),
        ({"start": DAY, "end": DAY}, "ends before"),
    ],
)
def test_what_does_not_say_enough_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Control(**said)  # type: ignore[arg-type]


def test_a_site_is_held_in_one_way_a_day() -> None:
    with pytest.raises(ValidationError, match="same day"):
        Site(id="A", control=[Control(end=DAY), Control(start=DAY - timedelta(1), holding="franchise")])
    assert len(spans_of(Site(id="A", control=[Control(end=DAY), Control(start=DAY)]), "equity share")) == 2
