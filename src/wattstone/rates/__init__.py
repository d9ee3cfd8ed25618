"""Dated tables with source: emission factors, global warming potentials, tariffs; and their look-up.

A look-up takes a place and a year and returns the value with its source, or refuses with `NotComputable`, saying what
is missing. It follows the order declared in `data/sets.toml` and nothing else. Tariffs (`rates.tariffs`), costs
(`rates.costs`) and degree days (`rates.degree_days`) are modules of their own, since their imports are heavy.
"""

from wattstone.rates.emission import EmissionFactor
from wattstone.rates.fuels import fuel_factor
from wattstone.rates.gwp import gwp
from wattstone.rates.lookup import electricity_factor, network_factor
from wattstone.rates.sets import BillingBasis, FactorSet, catalogue
from wattstone.rates.table import Factor, FactorTable, load_factors

__all__ = [
    "BillingBasis",
    "EmissionFactor",
    "Factor",
    "FactorSet",
    "FactorTable",
    "catalogue",
    "electricity_factor",
    "fuel_factor",
    "gwp",
    "load_factors",
    "network_factor",
]
