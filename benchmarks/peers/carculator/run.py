"""carculator on a medium car of 2020 in China: `tools/peers.sh carculator`."""

from collections.abc import Iterator

from benchmarks.measuring import side
from benchmarks.peers.carculator import ours
from benchmarks.peers.comparing import Disagreement, Row, agreement, main
from benchmarks.tables import Setting

CLOSE = 1e-6  # relative; the peer keeps its inputs in single precision


def study(python: str, setting: Setting) -> Iterator[Row]:
    """Life cycles of a kilometre, the energy chain of a plug-in hybrid, and the break-even distance."""
    peer = side("benchmarks.peers.carculator.worker:cars", python=python)
    theirs, told = ours.theirs(peer.result), ours.figures(peer.result)
    exact = ("BEV", "ICEV-p", "break-even")
    agreed = agreement({one: told[one] for one in exact}, {one: theirs[one] for one in exact})
    for name, unit in (("BEV", "kg CO2e/km"), ("ICEV-p", "kg CO2e/km"), ("break-even", "km")):
        yield Row(f"{name}, 200,000 km", f"{theirs[name]:.6g} {unit}", f"{told[name]:.6g} {unit}", agreement=agreed)
    name = "PHEV-p, energy chain"
    apart = abs(told[name] / theirs[name] - 1)
    if apart > CLOSE:
        raise Disagreement(f"the energy chains of the plug-in hybrid are {apart:.1e} apart, more than {CLOSE:.0e}")
    yield Row(
        f"{name}, from the factors of the other two",
        f"{theirs[name]:.6g} kg CO2e/km",
        f"{told[name]:.6g} kg CO2e/km",
        agreement=f"{apart:.0e} apart",
    )
    setting.say(f"    carculator {peer.cpu:.1f} CPU-s, {peer.peak:.2f} GB")


if __name__ == "__main__":
    main("carculator", study)
