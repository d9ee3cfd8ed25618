"""A file of sizes and costs to begin with: values to be replaced by those of offers."""

__all__ = ["sizes_text"]

_LIKE = """\
like = "{pv}"                 # new PV does for each kW as this system of the site file; or a table [pv.model]
"""
_MODEL = """
[pv.model]                    # no PV of the site is metered: its output is worked out from the weather
tilt_deg = 20
azimuth_deg = 180             # 180 is south
inverter_share = 0.9          # kW of inverter for each kW of modules
inverter_efficiency = 0.96
losses = 0.14                 # soiling, shading, wiring, age
clear_sky_share = 0.55        # only where no irradiance is known: what of a clear sky's output is fed
source = "an example, to be replaced"
"""

_TEMPLATE = """\
# Which PV and storage may be built, and what it costs. docs/methods/sizing.md tells of every key.
# Every number below is an example, to be replaced by that of an offer; its source stands beside it.

draws = 400
tried_weeks = 8

[money]
years = 20
discount_rate = 0.05
source = "an example, to be replaced"

[pv]
{like}kw = [50, 100]
cost_per_kw = 800
running_per_kw = 10
life_years = 25
fade = 0.005
source = "an example, to be replaced"
{model}
[storage]
kwh = [100, 200]
hours = [2, 4]
cost_per_kw = 300
cost_per_kwh = 400
running_per_kwh = 4
life_years = 12
fade = 0.02
charge_efficiency = 0.95
discharge_efficiency = 0.95
wear_cost = 0.0
reserve = 0.1
source = "an example, to be replaced"

[[scenario]]
name = "prices stay"
source = "assumption"
"""


def sizes_text(pv: str | None) -> str:
    """A file to begin with.

    Parameters
    ----------
    pv : str or None
        A PV system of the site file that new PV does as; a model of it, from the weather, where None.

    Returns
    -------
    str
        TOML with comments.
    """
    like = "" if pv is None else _LIKE.format(pv=pv)
    return _TEMPLATE.format(like=like, model=_MODEL if pv is None else "")
