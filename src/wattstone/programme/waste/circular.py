"""Circularity: of what flows through a company, of a product, and of products taken back."""

from dataclasses import dataclass
from typing import Any

import polars as pl

__all__ = ["Circularity", "Flows", "circular_transition", "material_circularity", "returned"]


@dataclass(frozen=True, kw_only=True)
class Circularity:
    """A product's circularity.

    Parameters
    ----------
    virgin, unrecoverable : float
        Virgin feedstock (V) and waste that cannot be recovered (W). [kg]
    linear : float
        Linear flow index (LFI), 0 to 1.
    utility : float
        Lifetime and intensity against the average product (X).
    indicator : float
        Material Circularity Indicator, 0 to 1.
    """

    virgin: float
    unrecoverable: float
    linear: float
    utility: float
    indicator: float


def material_circularity(
    *, mass: float, recycled: float, reused: float, biological: float = 0.0, to_recycling: float, to_reuse: float,
    to_compost: float = 0.0, recycling_efficiency: float, feedstock_efficiency: float, lifetime: float = 1.0,
    average_lifetime: float = 1.0, intensity: float = 1.0,
) -> Circularity:  # fmt: skip
    r"""Material Circularity Indicator of a product [1]_.

    .. math::
        V &= M(1 - F_R - F_U - F_S), \quad W_0 = M(1 - C_R - C_U - C_C)\\
        W_C &= M(1 - E_C)C_R, \quad W_F = M\frac{(1 - E_F)F_R}{E_F}, \quad W = W_0 + \frac{W_F + W_C}{2}\\
        LFI &= \frac{V + W}{2M + (W_F - W_C)/2}, \quad
        MCI = \max\left(0,\; 1 - LFI\,\frac{0.9}{X}\right), \quad X = \frac{L}{L_{av}}\frac{U}{U_{av}}

    Parameters
    ----------
    mass : float
        Of the product (M). [kg]
    recycled, reused, biological : float
        Shares of the feedstock (F_R, F_U, F_S).
    to_recycling, to_reuse, to_compost : float
        Shares of what is left after use (C_R, C_U, C_C).
    recycling_efficiency, feedstock_efficiency : float
        Of recycling after use (E_C), and of that which made the recycled feedstock (E_F).
    lifetime, average_lifetime : float
        L and L_av. [year]
    intensity : float
        Use against the average product (U / U_av).

    Returns
    -------
    Circularity

    References
    ----------
    .. [1] Ellen MacArthur Foundation and Granta Design, "Circularity Indicators: Methodology," 2015 and 2019.

    Examples
    --------
    >>> linear = material_circularity(
    ...     mass=1.0, recycled=0.0, reused=0.0, to_recycling=0.0, to_reuse=0.0, recycling_efficiency=1.0,
    ...     feedstock_efficiency=1.0)
    >>> linear.linear, round(linear.indicator, 6)
    (1.0, 0.1)
    """
    virgin = mass * max(0.0, 1.0 - recycled - reused - biological)
    lost = mass * max(0.0, 1.0 - to_recycling - to_reuse - to_compost)
    after = mass * (1.0 - recycling_efficiency) * to_recycling
    before = mass * (1.0 - feedstock_efficiency) * recycled / feedstock_efficiency
    waste = lost + (before + after) / 2.0
    linear = (virgin + waste) / (2.0 * mass + (before - after) / 2.0)
    utility = lifetime / average_lifetime * intensity
    return Circularity(
        virgin=virgin, unrecoverable=waste, linear=linear, utility=utility,
        indicator=max(0.0, 1.0 - linear * 0.9 / utility),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Flows:
    """Mass that enters and leaves, and how much of it is circular.

    Parameters
    ----------
    into, out : float
        Mass of all flows in a direction. [t]
    recycled, reused, renewable : float or None
        Mass that entered so; None where no inflow says it. [t]
    circular_in, circular_out : float or None
        Shares, None where they cannot be computed.
    circularity : float or None
        Average of both, weighted by mass.
    untold_in, untold_out : float
        Mass whose shares nobody stated; it counts as linear. [t]
    """

    into: float
    out: float
    recycled: float
    reused: float
    renewable: float
    circular_in: float | None
    circular_out: float | None
    circularity: float | None
    untold_in: float
    untold_out: float


def circular_transition(flows: pl.DataFrame) -> Flows:
    r"""Circular inflow, outflow and material circularity, as in the Circular Transition Indicators [1]_.

    .. math::
        c_{in} &= \frac{\sum m_i(f_{rec} + f_{reu} + f_{ren})}{\sum m_i}, \quad
        c_{out} = \frac{\sum m_j\,p_j\,a_j}{\sum m_j}\\
        c &= \frac{m_{in}c_{in} + m_{out}c_{out}}{m_{in} + m_{out}}

    with p the recovery potential by design and a the actual recovery. What nobody stated counts as linear and is
    told apart.

    Parameters
    ----------
    flows : pl.DataFrame
        `direction`, `mass` [t], `recycled`, `reused`, `renewable`, `recoverable`, `recovered`.

    Returns
    -------
    Flows

    References
    ----------
    .. [1] WBCSD, "Circular Transition Indicators V4.0," 2023, close-the-loop indicators.

    Examples
    --------
    >>> flows = pl.DataFrame({
    ...     "direction": ["in", "out"], "mass": [100.0, 60.0], "recycled": [0.3, None], "reused": [0.1, None],
    ...     "renewable": [None, None], "recoverable": [None, 0.8], "recovered": [None, 0.5]},
    ...     schema_overrides={"renewable": pl.Float64})
    >>> told = circular_transition(flows)
    >>> told.circular_in, told.circular_out, round(told.circularity, 6)
    (0.4, 0.4, 0.4)
    """
    mass = pl.col("mass")
    told = [pl.col(name).fill_null(0.0) for name in ("recycled", "reused", "renewable")]
    into = flows.filter(pl.col("direction") == "in")
    out = flows.filter(pl.col("direction") == "out")
    untold_in = into.filter(pl.all_horizontal(pl.col("recycled", "reused", "renewable").is_null()))
    untold_out = out.filter(pl.any_horizontal(pl.col("recoverable", "recovered").is_null()))
    parts: dict[str, Any] = into.select(
        (mass * share).sum().alias(name) for name, share in zip(("recycled", "reused", "renewable"), told, strict=True)
    ).row(0, named=True)
    entered, left = float(into["mass"].sum()), float(out["mass"].sum())
    circular = sum(parts.values())
    recovered = float(
        out.select((mass * pl.col("recoverable").fill_null(0.0) * pl.col("recovered").fill_null(0.0)).sum()).item()
    )
    return Flows(
        into=entered, out=left, **parts,
        circular_in=circular / entered if entered else None, circular_out=recovered / left if left else None,
        circularity=(circular + recovered) / (entered + left) if entered and left else None,
        untold_in=float(untold_in["mass"].sum()), untold_out=float(untold_out["mass"].sum()),
    )  # fmt: skip


def returned(returns: pl.DataFrame) -> pl.DataFrame:
    """Rates of products taken back: the collected against the placed, and what became of the collected.

    Parameters
    ----------
    returns : pl.DataFrame
        Entries of `product_return`, masses in t.

    Returns
    -------
    pl.DataFrame
        With `stored` (taken back and not treated yet) [t], `collection_rate`, `reuse_rate`, `recycling_rate` (reused
        and recycled as material), `recovery_rate` (with energy), null where they cannot be computed.
    """
    taken = pl.when(pl.col("collected") > 0).then(pl.col("collected"))
    material = pl.col("reused") + pl.col("recycled")
    return returns.with_columns(
        stored=pl.col("collected") - material - pl.col("energy") - pl.col("disposed"),
        collection_rate=pl.col("collected") / pl.when(pl.col("placed") > 0).then(pl.col("placed")),
        reuse_rate=pl.col("reused") / taken,
        recycling_rate=material / taken,
        recovery_rate=(material + pl.col("energy")) / taken,
    )
