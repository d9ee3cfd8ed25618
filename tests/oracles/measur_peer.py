"""What the peer's own formulae give of a compressor, where it departs from the product: for parity alone.

Each machine has `by_power`, from a power share, and `by_flow`, from a flow share; both give kW, acfm and both shares.
Pressures in psi, volumes in ft3, flows in acfm, as the peer has them.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

Point = tuple[float, float, float, float]
NOTHING: Point = (0.0, 0.0, 0.0, 0.0)


class Peer(Protocol):
    """A machine as the peer reckons it."""

    def by_power(self, share: float) -> Point: ...
    def by_flow(self, share: float) -> Point: ...


@dataclass(frozen=True)
class Line:
    """Centrifugal load/unload: a line without ends."""

    kw: float
    flow: float
    idle: float

    def by_power(self, share: float) -> Point:
        part = (share - self.idle / self.kw) / (1 - self.idle / self.kw)
        return share * self.kw, self.flow * part, share, part

    def by_flow(self, share: float) -> Point:
        power = (1 - self.idle / self.kw) * share + self.idle / self.kw
        return power * self.kw, self.flow * share, power, share


@dataclass(frozen=True)
class Modulated:
    """Centrifugal modulation: the flow share is held against the power share at the unload point."""

    kw: float
    flow: float
    idle: float
    most: float
    unload_kw: float
    unload: float

    def by_power(self, share: float) -> Point:
        idle, bend, knee = self.idle / self.kw, self.unload_kw / self.kw, self.unload / self.most
        if share <= idle:
            part = 0.0
        elif share < bend:
            part = (share - idle) * (self.unload / self.flow) / (bend - idle)
        else:
            part = 1 + (share - 1) * (1 - knee) / (1 - bend)
        return share * self.kw, (self.flow if part < knee else self.most) * part, share, part

    def by_flow(self, share: float) -> Point:
        idle, bend, knee = self.idle / self.kw, self.unload_kw / self.kw, self.unload / self.flow
        end, power = self.most / self.flow, 1.0
        if share < bend:
            power = idle + (bend - idle) / knee * share
        elif share < end:
            power = 1 + (1 - bend) / (end - knee) * (share - end)
        return power * self.kw, self.flow * share, power, share


@dataclass(frozen=True)
class BlownOff:
    """Centrifugal blow-off: shares compared at four decimals, and vented flow below 0 above surge."""

    kw: float
    flow: float
    surge_kw: float
    surge: float
    vented: float | None

    def by_power(self, share: float) -> Point:
        bend, knee = self.surge_kw / self.kw, self.surge / self.flow
        if np.round(share, 4) <= np.round(bend, 4):
            part = knee - (np.nan if self.vented is None else self.vented)
        else:
            part = 1 + (share - 1) * (1 - knee) / (1 - bend)
        return share * self.kw, self.flow * part, share, part

    def by_flow(self, share: float) -> Point:
        bend, knee = self.surge_kw / self.kw, self.surge / self.flow
        power = bend if share < knee else 1 + (1 - bend) / (1 - knee) * (share - 1)
        return power * self.kw, self.flow * share, power, share

    def blown(self, part: float, *, by_power: bool) -> float:
        """What is vented, over full flow."""
        knee = self.surge / self.flow
        return knee - part if by_power or part < knee else 0.0


@dataclass(frozen=True)
class Throttled:
    """Modulation without unloading: nothing below idle, full flow from full power on."""

    kw: float
    flow: float
    idle: float
    rated: float
    exponent: float = 1.0

    def by_power(self, share: float) -> Point:
        if share < self.idle / self.rated:
            return NOTHING
        part = 1.0 if share >= 1 else ((share * self.kw - self.idle) / (self.kw - self.idle)) ** (1 / self.exponent)
        return share * self.kw, self.flow * part, share, part

    def by_flow(self, share: float) -> Point:
        if share > 1:
            return self.kw, self.flow * share, 1.0, share
        power = self.idle + (self.kw - self.idle) * share**self.exponent
        return power, self.flow * share, power / self.kw, share


@dataclass(frozen=True)
class Stopped:
    """Start/stop: a line without an end in power, and full power above full flow."""

    kw: float
    flow: float
    mean: float

    def by_power(self, share: float) -> Point:
        return share * self.kw, self.flow * share / self.mean, share, share / self.mean

    def by_flow(self, share: float) -> Point:
        if share > 1:
            return self.kw, self.flow * share, 1.0, share
        return self.mean * share * self.kw, self.flow * share, self.mean * share, share


@dataclass(frozen=True)
class Speed:
    """Variable speed: a quadratic and a line, full power above full flow, nothing below idle."""

    kw: float
    flow: float
    idle: float
    least: tuple[float, float]
    middle: tuple[float, float]

    def by_power(self, share: float) -> Point:
        idle, (x, y) = self.idle / self.kw, self.least
        if share * self.kw < self.idle:
            return NOTHING
        if share == 1:
            return self.kw, self.flow, 1.0, 1.0
        a, b, c = self._quadratic()
        part = x * (share - idle) / (y - idle) if share < y else (-b + np.sqrt(b * b - 4 * a * (c - share))) / (2 * a)
        return share * self.kw, self.flow * part, share, part

    def by_flow(self, share: float) -> Point:
        idle, (x, y) = self.idle / self.kw, self.least
        power = (
            1.0 if share > 1 else idle + (y - idle) / x * share if share < x else np.polyval(self._quadratic(), share)
        )
        return float(power * self.kw), self.flow * share, float(power), share

    def _quadratic(self) -> np.ndarray:
        return np.polyfit([self.least[0], self.middle[0], 1.0], [self.least[1], self.middle[1], 1.0], 2)


@dataclass(frozen=True)
class Cycled:
    """Load/unload, and unloading below a throttle; flow from power by a polynomial of sixth order over 77 points."""

    kw: float
    flow: float
    storage: float
    most_kw: float
    cut_in: float
    most: float
    band: float
    atmosphere: float
    idle: float
    closed: float
    unload: float
    unload_kw: float
    unload_at: float
    exponent: float
    blowdown: float
    closing: float
    reload: float
    sump: float
    throttles: bool

    def by_power(self, share: float) -> Point:
        if share == 1:
            return self.kw, self.flow, 1.0, 1.0
        if share < self.idle / self.kw:
            return NOTHING
        power, shut = share * self.kw, self.closed * self.most_kw
        if self.throttles and power >= self.unload_kw:
            part = 1.0 if share >= 1 else ((power - shut) / (self.most_kw - shut)) ** (1 / self.exponent)
        else:
            part = self._fitted(share)
        return power, self.flow * part, share, part

    def by_flow(self, share: float) -> Point:
        if share >= 1:
            return self.kw, self.flow * share, 1.0, share
        power = self.power(max(share * self.flow, 1e-11))
        return power, self.flow * share, power / self.kw, share

    def power(self, flow: float) -> float:
        """Mean power at a flow."""
        x, shut = flow / self.flow, self.closed * self.most_kw
        if flow >= self.unload:
            return shut + (self.most_kw - shut) * x**self.exponent
        fill = self.storage * 60 / self.atmosphere  # s acfm/psi
        sinking, closing = self.blowdown / np.log(50), self.closing / np.log(50)
        drawn = fill * (self.unload_at - self.cut_in) / flow
        down = min(self.blowdown, drawn)
        fall = np.exp(-down / sinking)
        falling = (self.unload_kw - shut) * np.exp(-down / closing) + shut - self.idle
        work = down * (self.idle + falling * (1 - fall) * sinking / down) + (drawn - down) * self.idle
        left = self.sump + (self.unload_at - self.sump) * fall
        back = self.reload * (self.unload_at - left) / (self.unload_at - (self.unload_at - self.sump) * 0.02)
        lowest = self.idle if down == self.blowdown else self.idle + falling * fall
        sag = back * flow / fill
        up = fill * (self.most - self.cut_in + sag) / (self.flow - flow)
        work += back * (lowest + self.kw) / 2 + up * ((1 - sag / 200) * self.kw + self.most_kw) / 2
        time, throttling = drawn + back + up, 0.0
        if self.unload < self.flow:
            tau = self.band * fill / self.flow
            throttling = tau * np.log((self.flow - flow) / (self.unload - flow)) or 1.0
            mean = (1 - x) * self.band * (1 - tau / throttling * (1 - np.exp(-throttling / tau)))
            work += throttling * (shut + (self.most_kw - shut) * (1 - mean / self.band) ** self.exponent)
        return float(work / (time + throttling))

    def _fitted(self, share: float) -> float:
        flows, step = [self.flow], self.flow / 76
        while flows[-1] != 0.0001:
            following = flows[-1] - step
            flows.append(following if following > 0 else 0.0001)
        shares = np.array([1.0] + [self.power(flow) / self.kw for flow in flows[1:]])
        powers = shares[:, None] ** np.arange(7)
        found = np.linalg.lstsq(powers, np.array(flows) / self.flow, rcond=None)[0]
        return float(found @ share ** np.arange(7))
