"""The form in which a linear program takes any machine: a state that what is done to it moves.

A battery holds energy, a tank water, a zone warmth, a car charge. All of them read

    x[k + 1] = a x[k] + b[k] u[k] + c[k]
    lower[k] <= x[k + 1] <= upper[k],    input_lower[k] <= u[k] <= input_upper[k]

where an input u is a mean electric power over the interval, never negative, and the machine takes

    power[k] = base[k] + sum_i sign[i] u[k, i]

from its site, import positive. A machine without a memory (lighting) has no state, n = 0.
"""

from dataclasses import dataclass

import numpy as np

from wattstone.equipment.arrays import Floats

__all__ = ["LinearState"]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearState:
    """A machine over t intervals with n states and m inputs, as a planner takes it.

    Parameters
    ----------
    name : str
        Kind of machine: `battery`, `car`, `tank`, `zone`, `lighting`, `fan`.
    inputs : tuple of str
        Names of the m inputs: `charge`, `discharge`, `heating`.
    unit : str
        Unit of the states: `kWh`, `m3`, `degC`; empty where there is none.
    hours : float
        Length of an interval. [h]
    initial : (n,) array
        States at the start of the first interval. [unit]
    a : (n, n) array
        What is left of the states after an interval. [1]
    b : (t, n, m) array
        What an input does to the states in an interval. [unit kW-1]
    c : (t, n) array
        What moves the states without any input. [unit]
    lower, upper : (t, n) array
        Limits of the states at the end of each interval; infinite where there is none. [unit]
    input_lower, input_upper : (t, m) array
        Limits of the inputs, 0 or more. [kW]
    sign : (m,) array
        1 for an input that draws power from the site, -1 for one that gives it back. [1]
    base : (t,) array
        Power that is drawn whatever the inputs are. [kW]
    wear : (m,) array
        What a kWh through the input costs in wear. [currency kWh-1]
    least : (m,) array
        Least power of an input that is not zero, as of a car or an on-off pump; 0 where any power can be had. [kW]
    comfort : bool
        Whether the limits of the states are wishes (a comfort band) rather than limits that cannot be broken.
    exclusive : bool
        Whether at most one of the inputs may be above zero at a time.
    """

    name: str
    inputs: tuple[str, ...]
    unit: str
    hours: float
    initial: Floats
    a: Floats
    b: Floats
    c: Floats
    lower: Floats
    upper: Floats
    input_lower: Floats
    input_upper: Floats
    sign: Floats
    base: Floats
    wear: Floats
    least: Floats
    comfort: bool = False
    exclusive: bool = False

    def __post_init__(self) -> None:
        t, n, m = self.b.shape
        shapes = {
            "initial": (n,),
            "a": (n, n),
            "c": (t, n),
            "lower": (t, n),
            "upper": (t, n),
            "input_lower": (t, m),
            "input_upper": (t, m),
            "sign": (m,),
            "base": (t,),
            "wear": (m,),
            "least": (m,),
        }
        wrong = [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        if wrong or len(self.inputs) != m:
            raise ValueError(f"{self.name}: {', '.join(wrong) or 'inputs'}: shapes do not fit b of {self.b.shape}")

        if any(np.isnan(getattr(self, name)).any() for name in ("b", *shapes)):
            raise ValueError(f"{self.name}: a value is not known: fill the gap, or leave the machine out of the plan")

    @classmethod
    def without_state(
        cls, *, name: str, input_name: str, hours: float, lower: Floats, upper: Floats, base: Floats
    ) -> "LinearState":
        """A machine without a memory and with one input.

        Parameters
        ----------
        name, input_name : str
        hours : float
            Length of an interval. [h]
        lower, upper, base : (t,) array
            Limits of the input, and power that is drawn besides. [kW]

        Returns
        -------
        LinearState
            n = 0, m = 1.
        """
        none = np.zeros((base.size, 0))
        return cls(
            name=name,
            inputs=(input_name,),
            unit="",
            hours=hours,
            initial=np.zeros(0),
            a=np.zeros((0, 0)),
            b=np.zeros((base.size, 0, 1)),
            c=none,
            lower=none,
            upper=none,
            input_lower=lower[:, None],
            input_upper=np.maximum(lower, upper)[:, None],
            sign=np.ones(1),
            base=base,
            wear=np.zeros(1),
            least=np.zeros(1),
        )

    @property
    def steps(self) -> int:
        """Number of intervals, t."""
        return self.b.shape[0]

    def power(self, inputs: Floats) -> Floats:
        """Power that the machine takes from its site, import positive.

        Parameters
        ----------
        inputs : (t, m) array
            [kW]

        Returns
        -------
        (t,) array
            [kW]
        """
        return self.base + inputs @ self.sign

    def states(self, inputs: Floats) -> Floats:
        """States at the end of each interval under given inputs; limits are not applied.

        Parameters
        ----------
        inputs : (t, m) array
            [kW]

        Returns
        -------
        (t, n) array
            [unit]
        """
        pushed = np.einsum("tnm,tm->tn", self.b, inputs) + self.c
        states = np.empty_like(pushed)
        state = self.initial
        for step, push in enumerate(pushed):
            state = states[step] = self.a @ state + push
        return states
