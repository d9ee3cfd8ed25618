"""Arrays that make up the state of a forecaster, and how they are taken out and put back."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "Stateful"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Stateful:
    """Something whose whole state is the arrays (or further `Stateful` parts) that `FIELDS` names."""

    FIELDS: ClassVar[tuple[str, ...]] = ()

    def arrays(self, prefix: str = "") -> dict[str, NDArray[Any]]:
        """The state by name; copies, so that what comes later does not change them."""
        found: dict[str, NDArray[Any]] = {}
        for name in self.FIELDS:
            part = getattr(self, name)
            if isinstance(part, Stateful):
                found |= part.arrays(f"{prefix}{name}.")
            else:
                found[f"{prefix}{name}"] = np.array(part)
        return found

    def put_back(self, arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> None:
        """Take on a state that `arrays` gave.

        Raises
        ------
        ValueError
            An array is missing or of another shape than this object's own.
        """
        for name in self.FIELDS:
            part, key = getattr(self, name), f"{prefix}{name}"
            if isinstance(part, Stateful):
                part.put_back(arrays, f"{key}.")
                continue
            own = np.asarray(part)
            if key not in arrays or arrays[key].shape != own.shape:
                found = arrays[key].shape if key in arrays else "nothing"
                raise ValueError(f"state {key}: expected an array of shape {own.shape}, found {found}")
            setattr(self, name, np.array(arrays[key], dtype=own.dtype))
