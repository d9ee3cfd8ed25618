"""A compressed-air station: its machines, its storage, its dryer, and the pressure it keeps."""

from dataclasses import dataclass, field
from typing import Literal

from wattstone.equipment.air.compressor import Compressor
from wattstone.equipment.air.dryer import Dryer
from wattstone.equipment.air.inlet import Inlet

__all__ = ["Sequencer", "Station"]

Sequencer = Literal["cascade", "target"]


@dataclass(frozen=True, kw_only=True)
class Station:
    """Parameters of a station.

    Parameters
    ----------
    name : str
    compressors : tuple of Compressor
        In the order in which they are called: the first is the base load, the last the trim.
    storage : float
        Volume of receivers and pipes. [m3]
    pressure : float
        Lowest set-point of the header. [bar(g)]
    band : float
        Between cut-in and cut-out of a machine. [bar]
    least_pressure : float or None
        What the end uses need; None takes `pressure`. [bar(g)]
    dryer : Dryer or None
    leaks : float
        What leaks at `pressure`, free air. [m3 min-1]
    artificial : float
        Share of the use (without leaks) that follows the absolute pressure: open blowing, unregulated uses.
    inlet : Inlet
        Air that the machines breathe.
    drop : float
        Pressure lost between the machines and the header, at full flow. [bar]
    sequencer : {'cascade', 'target'}
        Whether each machine has a set-point of its own, one below the other, or all serve one target.
    """

    name: str
    compressors: tuple[Compressor, ...]
    storage: float
    pressure: float
    band: float = 0.7
    least_pressure: float | None = None
    dryer: Dryer | None = None
    leaks: float = 0.0
    artificial: float = 0.0
    inlet: Inlet = field(default_factory=Inlet)
    drop: float = 0.0
    sequencer: Sequencer = "cascade"
