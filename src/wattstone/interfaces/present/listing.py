"""Several things in a row, as a sentence names them."""

from collections.abc import Iterable

from wattstone.interfaces.present.languages import Language

__all__ = ["listed"]


def listed(parts: Iterable[object], lang: Language, *, most: int | None = None) -> str:
    """Name things one after the other; what is empty is left out.

    Parameters
    ----------
    parts : iterable
        Texts, or what stands for them.
    lang : {'en', 'zh'}
        Whose comma parts them.
    most : int or None
        How many are named; an ellipsis stands for the rest.

    Examples
    --------
    >>> listed(["A", "", "B"], "en"), listed(["A", "B"], "zh"), listed("ABC", "en", most=2)
    ('A, B', 'A、B', 'A, B, …')
    """
    named = [text for part in parts if (text := str(part))]
    if most is not None and len(named) > most:
        named = [*named[:most], "…"]
    return ("、" if lang == "zh" else ", ").join(named)
