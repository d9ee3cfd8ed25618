"""What is behind a meter, as far as its kind and its id tell: `lighting`, `hvac`, `water`..."""

import re

# Words that people put into the ids of meters, the more telling ones first.
_WORDS: tuple[tuple[str, str], ...] = (
    ("lighting", r"light|lamp|luminaire|照明|路灯|景观灯"),
    ("charging", r"\bev\b|charg|充电"),
    ("cooling", r"chiller|cooling|refriger|cold|制冷|冷机|冷水"),
    ("compressed air", r"compress|\bair\b|空压"),
    ("hvac", r"hvac|\bahu\b|air.?con|ventil|\bfan|空调|通风|新风"),
    ("lifts", r"\blift|elevator|escalator|电梯"),
    ("pumps", r"pump|水泵"),
    ("process", r"process|production|machine|workshop|生产"),
    ("tenants", r"tenant|plug|socket|租户"),
    ("server", r"server|data.?cent|\bit\b|机房"),
)
_KINDS = {"natural_gas": "heating", "heat": "heating", "cooling": "cooling", "solar": "solar", "water": "water"}


def use_of(meter_id: str, kind: str, *, main: bool) -> str:
    """What is behind a meter.

    Parameters
    ----------
    meter_id : str
        Its words are looked at for electricity.
    kind : str
        Canonical kind.
    main : bool
        Whether other meters lie behind it, or none lies above it.

    Returns
    -------
    str
        Empty where nothing tells.

    Examples
    --------
    >>> use_of("court-garage-lighting", "electricity", main=False), use_of("b7-electricity", "electricity", main=True)
    ('lighting', 'site')
    """
    if kind in _KINDS:
        return _KINDS[kind]
    if kind != "electricity":
        return "heating" if kind in ("diesel", "gas_oil", "kerosene", "fuel_oil", "lpg", "coal") else ""
    words = re.sub(r"[_\-.]+", " ", meter_id.lower())
    for use, pattern in _WORDS:
        if re.search(pattern, words):
            return use
    return "site" if main else ""
