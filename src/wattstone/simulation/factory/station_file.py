"""The station file of the simulated factory, written from the station itself."""

from wattstone.equipment.air.compressor import Compressor
from wattstone.equipment.air.station import Station

__all__ = ["LOG", "station_file"]

LOG = "air-log.parquet"

_HEAD = """\
# SIMULATED: the compressed-air station of a factory that does not exist. Pressures are gauge [bar], flows free air of
# ISO 1217 [m3/min].
id = "works-air"
name = "{name}"
zone = "Asia/Shanghai"
currency = "CNY"
simulated = true
site = "works"
meters = ["air-station"]

[network]
pressure_bar = {pressure}
band_bar = {band}
least_pressure_bar = {least}
storage_m3 = {storage}
drop_bar = {drop}
artificial = {artificial}
sequencer = "{sequencer}"
start_cost = 4.0
least_run_h = 1.0

[inlet]
temperature_c = {temperature}
humidity = {humidity}

[dryer]
kind = "{dryer}"
flow_m3_per_min = {dryer_flow}
power_kw = {dryer_power}
drop_bar = {dryer_drop}
"""

_TAIL = """\
[energy]
tariffs = ["tariff.toml"]
country = "CN"
region = "CN-ZJ"
year = 2022

[energy.fuel]
price = 0.36
carbon_kg_per_kwh = 0.202
basis = "lower"
efficiency = 0.88
source = "SIMULATED: natural gas, of the right order"

[calendar]
year = {year}
country = "CN"

[log]
file = "{log}"
power = {{ {power} }}
flow = "flow_m3_per_min"
pressure = "header_bar"
dryer = "dryer_kw"

[[modification]]
name = "leak repair"
kind = "leaks"
size = 0.5
cost = 60000

[[modification]]
name = "lower pressure"
kind = "pressure"
size = 0.6
cost = 8000

[[modification]]
name = "receiver"
kind = "storage"
size = 10
cost = 45000

[[modification]]
name = "sequencer"
kind = "sequencing"
sequencer = "optimal"
cost = 90000

[[modification]]
name = "cool intake"
kind = "intake"
size = 7
cost = 30000

[[modification]]
name = "cycling dryer"
kind = "dryer"
cost = 65000

[[modification]]
name = "hot water from heat"
kind = "heat"
size = 0.6
heat_demand_kw = 450
cost = 180000

[[modification]]
name = "off on Sundays"
kind = "shutdown"
hours = [[7, 0, 24]]
cost = 12000
"""


def station_file(station: Station, *, year: int) -> str:
    """The text of the file.

    Parameters
    ----------
    station : Station
        With a dryer.
    year : int
        Of its log.
    """
    dryer, inlet = station.dryer, station.inlet
    assert dryer is not None
    shown = {"dryer_flow": dryer.flow, "dryer_power": dryer.power, "dryer_drop": dryer.drop}
    head = _HEAD.format(
        name=station.name,
        pressure=station.pressure,
        band=station.band,
        least=station.least_pressure,
        storage=station.storage,
        drop=station.drop,
        artificial=station.artificial,
        sequencer=station.sequencer,
        temperature=inlet.temperature,
        humidity=inlet.humidity,
        dryer=dryer.kind,
        **shown,
    )
    power = ", ".join(f'{one.name} = "{one.name}_kw"' for one in station.compressors)
    tail = _TAIL.format(year=year, log=LOG, power=power, **shown)
    return "\n".join([head, *(_machine(one) for one in station.compressors), tail])


def _machine(one: Compressor) -> str:
    said = {
        "name": f'"{one.name}"',
        "control": f'"{one.control.value}"',
        "flow_m3_per_min": one.flow,
        "power_kw": one.power,
        "pressure_bar": one.pressure,
        "most_pressure_bar": one.most_pressure,
        "idle_power_kw": one.idle_power,
        "unload_at": one.unload_at,
        "least_flow": one.least_flow,
        "least_power_kw": one.least_power,
        "middle_flow": one.middle_flow,
        "middle_power_kw": one.middle_power,
        "heat_share": one.heat_share,
    }
    rows = [f"{key} = {round(value, 3) if isinstance(value, float) else value}" for key, value in said.items() if value]
    return "\n".join(["[[compressor]]", *rows, ""])
