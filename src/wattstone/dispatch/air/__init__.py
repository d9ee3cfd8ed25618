"""Compressed-air stations put right: modifications and what they save, singly and jointly, and optimal sequencing.

`improve` studies modifications (`modifications`) of a station against its use of air and returns a `Studied`
(`results`); `sequencing` plans a day or a week by mixed-integer programming.
"""

from wattstone.dispatch.air.results import Account, Economics, Measured, Sequenced, Studied

__all__ = ["Account", "Economics", "Measured", "Sequenced", "Studied"]
