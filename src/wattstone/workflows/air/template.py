"""A station file to begin with: every table with a word on it, values to be replaced by those on the plates."""

__all__ = ["OWN_CARBON", "TEMPLATE"]

TEMPLATE = """\
# A compressed-air station. Pressures are gauge [bar]; flows are free air as ISO 1217 names it [m3/min]: 1 bar absolute,
# 20 degC, dry. docs/how-to/air.md tells of every key.

id = "{name}"
zone = "{zone}"
currency = "{currency}"

[network]
pressure_bar = 7.0            # lowest set-point of the header
band_bar = 0.7                # between cut-in and cut-out
least_pressure_bar = 6.0      # what the end uses need
storage_m3 = 5.0              # receivers and pipes
artificial = 0.3              # share of the use that rises with the pressure: blowing, unregulated uses
# leaks_m3_per_min = 4.0      # found from the log if left out

[inlet]
temperature_c = 25.0

[dryer]
kind = "refrigerated"         # refrigerated_cycling, desiccant_heatless, desiccant_heated, desiccant_blower, none
flow_m3_per_min = 60.0
power_kw = 6.0

# In the order in which they are called: base load first.
[[compressor]]
name = "C1"
control = "load_unload"       # modulation, modulation_unload, variable_displacement, variable_speed, start_stop,
flow_m3_per_min = 20.0        # blow_off, inlet_valve, guide_vanes
power_kw = 126.0
pressure_bar = 7.5

[[compressor]]
name = "C2"
control = "variable_speed"
flow_m3_per_min = 22.0
power_kw = 140.0
pressure_bar = 7.5

[energy]
price = 0.15                  # per kWh; or bands of the clock, or tariffs = ["tariff.toml"]
{carbon}

[log]
file = "log.csv"              # a column of times, and columns of numbers
power = {{ C1 = "C1 [kW]", C2 = "C2 [kW]" }}
# flow = "flow [m3/min]"
# pressure = "header [bar]"

[[modification]]
name = "half the leaks"
kind = "leaks"
size = 0.5
cost = 8000

[[modification]]
name = "half a bar less"
kind = "pressure"
size = 0.5
"""

OWN_CARBON = """\
carbon_kg_per_kwh = 0.35      # to be replaced by your supplier's, or country = "GB" and year = 2025 for a published one
carbon_source = "an example, to be replaced\""""
"""What electricity emits where nobody has named a country."""
