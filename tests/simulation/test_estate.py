from hypothesis import given
from hypothesis import strategies as st

from wattstone.simulation import KINDS, Plan, portfolio
from wattstone.simulation.events import RETROFIT, events


@given(few=st.integers(1, 12), more=st.integers(0, 12), seed=st.integers(0, 10_000))
def test_a_site_does_not_depend_on_how_many_follow(few: int, more: int, seed: int):
    _, small, small_meters = portfolio(Plan(sites=few, seed=seed))
    _, large, large_meters = portfolio(Plan(sites=few + more, seed=seed))

    assert large[:few] == small
    assert large_meters[: len(small_meters)] == small_meters


def test_all_is_marked_as_simulated():
    organisation, sites, meters = portfolio(Plan())

    assert "Simulated" in organisation.name
    assert all(site.simulated and "Simulated" in (site.name or "") for site in sites)
    assert all(meter.simulated for meter in meters)


def test_the_default_portfolio_is_a_property_managers():
    organisation, sites, meters = portfolio(Plan())
    types = [site.type for site in sites]

    assert organisation.currency == "CNY"
    assert (types.count("residential"), types.count("office"), types.count("industrial")) == (20, 16, 4)
    assert 4 <= len(meters) / len(sites) <= 5.5
    assert {site.zone for site in sites} == {"Asia/Shanghai"}


def test_meters_are_of_known_kinds_and_sub_meters_lie_behind_a_meter_of_their_site():
    _, _, meters = portfolio(Plan())
    sites = {meter.id: meter.site_id for meter in meters}

    assert len(sites) == len(meters)
    assert all(meter.measures is not None for meter in meters)
    assert all(sites[meter.parent_id] == meter.site_id for meter in meters if meter.parent_id)
    assert all((meter.basis == "net") == (meter.kind == "natural_gas") for meter in meters)


@given(st.integers(0, 10_000), st.integers(0, 5))
def test_every_kind_of_fault_is_planted_once_each_at_a_site_of_its_own(seed: int, block: int):
    found = events(Plan(sites=(block + 1) * 40, seed=seed), block)
    kinds = [event.kind.name for event in found.values()]

    assert sorted(kinds) == sorted([*KINDS, RETROFIT.name] if block == 0 else KINDS)
    assert set(found) <= set(range(block * 40, block * 40 + 20))


@given(st.integers(0, 1000), st.integers(1, 40))
def test_fewer_sites_have_the_same_faults(seed: int, sites: int):
    everywhere = events(Plan(sites=40, seed=seed), 0)

    assert events(Plan(sites=sites, seed=seed), 0) == {k: v for k, v in everywhere.items() if k < sites}


def test_faults_lie_in_the_reported_year():
    plan = Plan()
    for event in events(plan, 0).values():
        assert plan.step_of(plan.reported.start) <= event.first < event.last <= plan.step_of(plan.period.end)
