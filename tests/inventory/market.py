"""Frames and instruments for tests of the market-based method."""

from datetime import datetime

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.criteria import Case
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.market_based import market_members
from wattstone.inventory.site_energy import SITE_ENERGY
from wattstone.rates import EmissionFactor

YEAR = 2023


def bought(
    site, month, energy, *, factor=0.2, owned=None, kind="electricity", unit="kg CO2e", subject=None, whole=False
):
    """A row of energy; month 0 is of a year."""
    share = 1.0 if owned is None else owned
    period = str(YEAR) if not month else f"{YEAR}-{month:02}"
    known = energy is not None and factor is not None
    return {
        "subject": subject or f"meter:{site}-{kind}",
        "site_id": site,
        "kind": kind,
        "carrier": kind,
        "period": period,
        "month": month,
        "whole": whole,
        "start": datetime(YEAR, month or 1, 1),
        "end": datetime(YEAR + 1, 1, 1) if month in (0, 12) else datetime(YEAR, month + 1, 1),
        "energy": energy,
        "owned": None if energy is None else energy * share,
        "estimated": 0.0,
        "variance": 0.0,
        "coverage": 1.0,
        "absent": energy is None,
        "location": energy * factor if known else None,
        "location_owned": energy * factor * share if known else None,
        "blocked": energy is not None and factor is None,
        "unit": unit,
        "reason": None if known else ("no readings" if energy is None else "no factor"),
        "notes": [],
        "location_notes": ["grid average"],
        "inputs": [f"figure:energy-{site}-{period}"],
        "location_inputs": [f"figure:location-{site}-{period}"],
    }


def frame(*rows):
    return pl.DataFrame(rows, schema=SITE_ENERGY)


def months(site, energies, **how):
    """The months of a year and their sum."""
    parts = [bought(site, month, energy, **how) for month, energy in enumerate(energies, start=1)]
    known = [one for one in energies if one is not None]
    return [bought(site, 0, sum(known) if known else None, whole=True, **how), *parts]


def certificate(name="c", volume=1000.0, **said):
    """One that meets every criterion."""
    return Instrument.model_validate(
        {
            "id": name,
            "kind": "energy_attribute_certificate",
            "scheme": "GO",
            "market": "DE",
            "technology": "wind",
            "vintage_start": f"{YEAR}-01-01",
            "vintage_end": f"{YEAR}-12-31",
            "volume": volume,
            "factor": 0.0,
            "factor_source": "register",
            "tracking_system": "AIB hub",
            "serials": [f"{name}-1..{name}-{max(int(volume // 1000), 1)}"],
            "retired_on": f"{YEAR + 1}-01-31",
            "retired_for": "the organisation",
            **said,
        }
    )


def contract(name="ppa", volume=1000.0, **said):
    """A power purchase agreement that meets every criterion."""
    return Instrument.model_validate(
        {
            "id": name,
            "kind": "ppa",
            "market": "DE",
            "technology": "solar",
            "vintage_start": f"{YEAR}-01-01",
            "vintage_end": f"{YEAR}-12-31",
            "volume": volume,
            "factor": 0.0,
            "factor_source": "contract",
            "exclusive": True,
            "document": "0" * 64,
            **said,
        }
    )


def mix(value, *, unit="CO2e", notes=()):
    """A residual mix."""
    return EmissionFactor(
        value=value, gas=unit, per="kWh", basis=None, gwp_set="AR5" if unit == "CO2e" else None, set="test",
        edition="2023", region="DE", year=YEAR, parts=(), conversions=(), confidence="A", notes=tuple(notes),
    )  # fmt: skip


def no_mix(region, country, year):
    return NotComputable(f"no residual mix for {country} in {year}")


def market(energy, instruments=(), *, countries=None, residual=no_mix, claimed=None, year=YEAR, **case):
    sites = countries or dict.fromkeys(energy["site_id"].unique().to_list(), "DE")
    places = {site: (None, country) for site, country in sites.items()}
    held = Case(year, sites, **case)
    return market_members(energy, list(instruments), held, places=places, residual=residual, claimed=claimed)


def year_of(result, subject=None):
    """The figure of the year, the only one or that of a subject."""
    rows = result.members.filter(pl.col("period") == str(YEAR))
    return (rows if subject is None else rows.filter(pl.col("subject") == subject)).row(0, named=True)
