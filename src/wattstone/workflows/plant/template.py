"""A plant file to begin with: every table with a word on it, values to be replaced by those of the plant."""

__all__ = ["TEMPLATE"]

TEMPLATE = """\
# A plant of cold and heat sources. docs/how-to/plant.md tells of every key.

id = "{name}"
zone = "Europe/Berlin"
currency = "EUR"
horizon_hours = 48

[water]
chilled_supply_c = 7
chilled_return_c = 12
heating_supply_c = 60
heating_return_c = 45
warmer_k = 0                  # by how much chilled water may be supplied warmer when that pays

[energy]
price = 0.15                  # per kWh; or bands of the clock, or tariffs = ["tariff.toml"]
demand_charge = 0             # per kW of the month's highest power
carbon_kg_per_kwh = 0.35      # to be replaced by your supplier's, or country = "GB" and year = 2025 for a published one
carbon_source = "an example, to be replaced"

[energy.fuel]                 # per kWh on the higher heating value
price = 0.06
carbon_kg_per_kwh = 0.183
source = "the supplier's bill"

[data]
file = "plant-log.csv"        # a column of times, and columns of numbers
cold = "cold [kW]"
heat = "heat [kW]"
dry_bulb = "outdoor [degC]"
wet_bulb = "wet bulb [degC]"

# In the order in which operators start them. A record is one of 316 that ship; or gordon_ng coefficients.
[[chiller]]
name = "CH-1"
record = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"
normalised = true
start_cost = 20
least_up_h = 2
least_down_h = 1

[[boiler]]
name = "B-1"
rated_kw = 800
efficiency = 0.9
basis = "lower"               # the heating value that the efficiency is on

[[store]]
name = "tank"
carrier = "cold"
capacity_kwh = 2000
charge_kw = 800
discharge_kw = 800
"""
