"""A plug-in hybrid against carculator 1.9.5 (China 2020, medium, WLTC), `tools/peers.sh carculator`, 2026-11-23.

Factors of petrol and electricity are those of the peer's petrol and electric cars; what they give for the energy chain
of its plug-in hybrid is the peer's own number of a third car.
"""

import pytest
from benchmarks.peers.carculator import ours

LIFE = 200_000.0
CARS = {
    "ICEV-p": {"energy chain": 0.05475692044992464, "direct - exhaust": 0.1710891655424623,
               "litres": 0.0734388455748558, "kwh": 0.0, "km": LIFE, "all else": 0.09250060378335831},
    "BEV": {"energy chain": 0.1444914162669456, "direct - exhaust": 0.0, "litres": 0.0, "kwh": 0.19873307645320892,
            "km": LIFE, "all else": 0.12448517798589304},
    "PHEV-p": {"energy chain": 0.10850575029684942, "direct - exhaust": 0.06826230573138303,
               "litres": 0.03358163684606552, "kwh": 0.11480008065700531, "km": LIFE, "all else": 0.1},
}  # fmt: skip


def test_life_cycles_energy_chain_and_break_even_are_those_of_carculator() -> None:
    """Break-even (0.1244852 - 0.0925006) x 200,000 / (0.2258461 - 0.1444914) = 78,630 km."""
    told = ours.figures(CARS)
    assert told["PHEV-p, energy chain"] == pytest.approx(0.10850575029684942, rel=1e-6)
    assert told["BEV"] == pytest.approx(0.26897659425283865, rel=1e-9)
    assert told["ICEV-p"] == pytest.approx(0.3183466897757452, rel=1e-9)
    assert told["break-even"] == pytest.approx(78_629.965, rel=1e-6)
