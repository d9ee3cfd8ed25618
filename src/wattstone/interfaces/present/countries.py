"""Countries by their codes, in either language."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from wattstone.interfaces.present.languages import Language

__all__ = ["countries"]

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # unions, regions and pretended places of the CLDR


@cache
def countries(lang: Language) -> tuple[tuple[str, str], ...]:
    """All countries, sorted by name; by code in Chinese, where names have no order that everybody knows.

    Parameters
    ----------
    lang : str
        `en` or `zh`.

    Returns
    -------
    tuple of (str, str)
        Code of ISO 3166-1 and name, of the Unicode CLDR.
    """
    from babel import Locale

    held = cast("Mapping[str, str]", Locale.parse("zh_Hans" if lang == "zh" else "en").territories)
    named = [(code, name) for code, name in held.items() if len(code) == 2 and code not in _NO_COUNTRIES]
    return tuple(sorted(named) if lang == "zh" else sorted(named, key=lambda one: one[1]))
