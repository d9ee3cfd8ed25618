"""Text for spreadsheets: what begins like a formula is shown, never run."""

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula [1]_.

    Parameters
    ----------
    text : str
        As it came from a file or a person.

    Returns
    -------
    str
        Beginning with a character that no spreadsheet computes.

    References
    ----------
    .. [1] OWASP, "CSV Injection".

    Examples
    --------
    >>> harmless("=1+1"), harmless("Hall 3"), harmless(" =1+1")
    ("'=1+1", 'Hall 3', "' =1+1")
    """
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(_BEGINNINGS) or text[:1] in _CONTROLS else text


_CONTROLS = {"\t", "\r", "\n", "\x0b", "\x0c"}
