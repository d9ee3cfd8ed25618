"""Modbus registers: how a quantity stands in 16-bit words.

A register's address counts from 0, as in the protocol's own frames [1]_; a manual that counts from 40001 or 1 is off by
that much.

References
----------
.. [1] Modbus Organization, "MODBUS Application Protocol Specification V1.1b3," 2012, section 4.4.
"""

import math
import struct
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Type = Literal["int16", "uint16", "int32", "uint32", "float32"]
_CODES: dict[Type, str] = {"int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "float32": "f"}


class Unfit(ValueError):
    """A value that a register cannot hold."""


class Register(BaseModel):
    """One quantity in one register or two.

    Parameters
    ----------
    address : int
        Counted from 0.
    type : {'int16', 'uint16', 'int32', 'uint32', 'float32'}
        How it stands there.
    scale : float
        What one count means: 0.001 where the register holds W and the set-point is in kW.
    word_order : {'big', 'little'}
        Which word of two comes first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: int = Field(ge=0, le=65535)
    type: Type = "int16"
    scale: float = Field(default=1.0, gt=0)
    word_order: Literal["big", "little"] = "big"

    @property
    def count(self) -> int:
        """How many words."""
        return struct.calcsize(f">{_CODES[self.type]}") // 2

    def words(self, value: float) -> list[int]:
        """A value as words; it is rounded to the nearest count.

        Raises
        ------
        Unfit
            If it is not finite, or beyond what the type can hold.

        Examples
        --------
        >>> Register(address=100, type="int32", scale=0.001).words(-1.5)
        [65535, 64036]
        """
        if not math.isfinite(value):
            raise Unfit(f"{value} is not a finite number")
        raw = value / self.scale
        try:
            packed = struct.pack(f">{_CODES[self.type]}", raw if self.type == "float32" else round(raw))
        except (struct.error, OverflowError) as error:
            raise Unfit(f"{value:g} is beyond what {self.type} with a scale of {self.scale:g} can hold") from error
        words = [int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)]
        return words if self.word_order == "big" else words[::-1]

    def value(self, words: Sequence[int]) -> float:
        """The value that words stand for.

        Examples
        --------
        >>> Register(address=100, type="int32", scale=0.001).value([65535, 64036])
        -1.5
        """
        ordered = words if self.word_order == "big" else words[::-1]
        packed = b"".join(word.to_bytes(2, "big") for word in ordered)
        (raw,) = struct.unpack(f">{_CODES[self.type]}", packed)
        # Multiplying 15 by 0.1 gives 1.5000000000000002: dividing by the whole number that 1/scale often is does not.
        whole = round(1 / self.scale)
        return raw / whole if whole and math.isclose(whole * self.scale, 1.0, rel_tol=1e-12) else raw * self.scale

    @property
    def precision(self) -> float:
        """By how much a value that was written and read back may differ."""
        return self.scale * (1e-3 if self.type == "float32" else 0.501)
