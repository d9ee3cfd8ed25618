"""The market-based method on a workspace: its instruments, what other years claim of them, its residual mixes."""

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from wattstone.base import Finding, InputRefused, NotComputable
from wattstone.inventory.criteria import Case, MarketPolicy
from wattstone.inventory.instruments import Claim, Instrument
from wattstone.inventory.market_based import MarketBased, market_members
from wattstone.inventory.plan import Plan
from wattstone.inventory.site_energy import site_energy
from wattstone.rates import EmissionFactor, FactorTable
from wattstone.rates.one_set import in_one_set
from wattstone.rates.residual import residual_factor
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.stores import Records
from wattstone.workflows.workspace import Workspace

__all__ = ["POLICY", "claim_market", "in_force", "market_of", "policy_of", "set_policy"]

POLICY = "market_policy"
"""Key of the setting that holds the window of vintages."""
_MOST = 24  # months


def in_force(records: Records) -> tuple[Instrument, ...]:
    """The instruments that were not withdrawn, by id."""
    return tuple(one.instrument for one in records.instruments() if not one.withdrawn)


def market_of(
    workspace: Workspace,
    plan: Plan,
    table: FactorTable,
    members: pl.DataFrame,
    activities: pl.DataFrame | None = None,
) -> MarketBased:
    """Scope 2 of a year by the market-based method; nothing is written.

    Parameters
    ----------
    workspace : Workspace
        Whole: instruments, claims, accepted exceptions.
    plan : Plan
        Year, sites, GWP set.
    table : FactorTable
        Where residual mixes are looked up.
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`: the energy of meters and their `scope2.location`.
    activities : polars.DataFrame or None
        Schema `SITE_ENERGY`: bills and other records, as `inventory.activity_energy` gives them.

    Returns
    -------
    MarketBased
    """
    records = workspace.records
    metered = site_energy(
        members.filter(pl.col("name").str.starts_with("energy.") & pl.col("counted")),
        members.filter((pl.col("name") == "scope2.location") & pl.col("counted")),
    )
    energy = metered if activities is None else pl.concat([metered, activities])
    accepted = {one.factor_id: one.reason for one in records.exceptions()}
    gwp_set = plan.organisation.gwp_set
    places = {site.id: (site.grid_region, site.country) for site in plan.sites}

    def residual(region: str | None, country: str | None, year: int) -> EmissionFactor | NotComputable:
        try:
            made = residual_factor(
                table, region=region, country=country, year=year, gwp_set=gwp_set, exceptions=frozenset(accepted)
            )
            return in_one_set(made, gwp_set, frozenset(accepted))
        except NotComputable as refusal:
            return refusal

    countries = {site.id: site.country for site in plan.sites}
    case = Case(plan.year, countries, policy_of(records))
    others = _claimed(records, plan.year)
    return market_members(energy, in_force(records), case, places=places, residual=residual, claimed=others)


def claim_market(workspace: Workspace, year: int, market: MarketBased, *, who: str) -> None:
    """Keep what the inventory of a year claims of instruments, in place of what it claimed before.

    Parameters
    ----------
    workspace : Workspace
        Whole, under its lock.
    year : int
        Of the inventory.
    market : MarketBased
        As it was computed.
    who : str
        Who had it computed.

    Raises
    ------
    InputRefused
        If another year has claimed meanwhile what this one does; nothing is kept then.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    used = market.allocation.balance.filter(pl.col("used") > 0).select("instrument", "used")
    claims = [
        Claim(instrument=name, year=year, energy=energy, claimed_by=who, claimed_at=now)
        for name, energy in used.iter_rows()
    ]
    before = {one.instrument: one.energy for one in workspace.records.claims() if one.year == year}
    if before != {one.instrument: one.energy for one in claims}:
        workspace.records.put_claims(year, claims)


def _claimed(records: Records, year: int) -> Mapping[str, float]:
    """What other years claim of each instrument. [kWh]"""
    claimed: dict[str, float] = {}
    for one in records.claims():
        if one.year != year:
            claimed[one.instrument] = claimed.get(one.instrument, 0.0) + one.energy
    return claimed


def policy_of(records: Records) -> MarketPolicy:
    """The window of vintages that the organisation accepts; the calendar year where nothing was said."""
    said = records.setting(POLICY, {})
    return MarketPolicy(int(said.get("before", 0)), int(said.get("after", 0)), str(said.get("reason", "")))


def set_policy(workspace: Workspace, policy: MarketPolicy, *, who: str = "user") -> None:
    """Accept generation of some months around the year of a claim.

    Parameters
    ----------
    workspace : Workspace
        Where.
    policy : MarketPolicy
        With the reason, where it is more than the calendar year.
    who : str
        For the audit log.

    Raises
    ------
    InputRefused
        If the window is negative or longer than two years, or no reason is given.
    """
    months = (policy.months_before, policy.months_after)
    wide = any(months)
    bad = any(not 0 <= one <= _MOST for one in months)
    if bad or (wide and not policy.reason.strip()):
        raise InputRefused(
            [
                Finding(
                    code="contract.policy",
                    place="--before, --after" if bad else "--reason",
                    found="{before} and {after} months around the year"
                    if bad
                    else "no reason is given for more than the calendar year",
                    params={"before": months[0], "after": months[1]},
                    expected="0 to {most} months, and why" if bad else "a sentence that an auditor can judge",
                    remedy="give the months and the reason",
                )
            ]
        )
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    said = {"before": months[0], "after": months[1], "reason": policy.reason.strip()}
    with whole.lock():
        whole.records.put_setting(POLICY, said)
        whole.records.note("contract policy", who=who, details=said)
