"""Noise with memory."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_BLOCK = 32


def ar1(rng: np.random.Generator, shape: tuple[int, ...], *, memory: float, spread: float) -> Floats:
    r"""First-order autoregressive noise, stationary, :math:`x_t = \phi x_{t-1} + e_t`.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : tuple of int
        The last axes are consecutive in time (row-major).
    memory : float
        :math:`\phi`, 0 to below 1.
    spread : float
        Standard deviation of :math:`x`.

    Returns
    -------
    array
        Of `shape`.
    """
    shocks = rng.standard_normal(int(np.prod(shape))) * np.sqrt(1 - memory**2)
    if shocks.size:
        shocks[0] /= np.sqrt(1 - memory**2)
    return (filtered(shocks, memory) * spread).reshape(shape)


def filtered(shocks: Floats, memory: float) -> Floats:
    """The recursion y[t] = memory * y[t-1] + shocks[t], y[-1] = 0, without a loop over t.

    Blocks are filtered by one matrix product; the state at the end of each block follows the same recursion with
    memory to the power of the block's length.
    """
    if shocks.size <= _BLOCK:
        return _triangle(shocks.size, memory) @ shocks
    count = -(-shocks.size // _BLOCK)
    blocks = np.zeros((count, _BLOCK))
    blocks.reshape(-1)[: shocks.size] = shocks
    blocks = blocks @ _triangle(_BLOCK, memory).T
    ends = filtered(np.ascontiguousarray(blocks[:, -1]), memory**_BLOCK)
    blocks[1:] += ends[:-1, None] * memory ** np.arange(1, _BLOCK + 1)
    return blocks.reshape(-1)[: shocks.size]


def _triangle(size: int, memory: float) -> Floats:
    lag = np.arange(size)[:, None] - np.arange(size)[None, :]
    return np.where(lag >= 0, memory ** np.maximum(lag, 0), 0.0)
