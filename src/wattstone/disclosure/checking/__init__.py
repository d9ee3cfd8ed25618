"""Checks of a statement: sums, jumps, both languages, traces, omissions, offsets apart, claims; nothing is mended."""

from wattstone.disclosure.checking.run import checked

__all__ = ["checked"]
