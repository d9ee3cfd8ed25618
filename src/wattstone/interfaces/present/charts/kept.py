"""A drawing that was kept: its definitions for a wide and for a narrow screen, and no way to draw another."""

from typing import Any, Self

from wattstone.interfaces.present.charts.base import NARROW, WIDE, Drawing


class KeptDrawing(Drawing):
    """A drawing whose definitions are there; at any width it is the nearer of the two."""

    @classmethod
    def of(cls, wide: dict[str, Any], narrow: dict[str, Any], **words: Any) -> Self:
        """The drawing of two definitions.

        Parameters
        ----------
        wide, narrow : dict
            In Vega-Lite, at `WIDE` and at `NARROW`.
        **words
            The other fields of `Drawing`.
        """
        return cls(**words, draw=_not_again, drawn={WIDE: wide, NARROW: narrow})

    def specification(self, width: int = WIDE) -> dict[str, Any]:
        """The nearer of the two definitions."""
        return dict(self.drawn[NARROW if width < (NARROW + WIDE) / 2 else WIDE])


def _not_again(width: int) -> Any:
    raise LookupError(f"a kept drawing is not drawn again, at {width} px or at any other width")
