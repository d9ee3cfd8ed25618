"""Words that headers use, in the languages that exports come in."""

import re

from wattstone.portfolio import canonical_kind, kind_of

TIME = (
    *(
        "timestamp",
        "datetime",
        "date time",
        "date/time",
        "time stamp",
        "time",
        "date",
        "day",
        "utc",
        "period",
        "interval",
    ),
    *(
        "zeit",
        "zeitstempel",
        "datum",
        "uhrzeit",
        "tag",
        "horodate",
        "fecha",
        "hora",
        "data",
        "ora",
        "tijd",
        "month",
        "monat",
    ),
    *("时间", "日期", "时刻", "月份", "年月"),
)
START = ("start", "from", "von", "begin", "beginn", "since", "开始", "起始", "desde", "debut")
END = ("end", "to", "bis", "until", "ending", "ende", "结束", "截止", "hasta", "fin")
METER = (
    *(
        "meter",
        "meter id",
        "meter name",
        "meter number",
        "meterid",
        "mpan",
        "mprn",
        "mpxn",
        "nmi",
        "esiid",
        "sensor",
        "device",
    ),
    *(
        "channel",
        "point",
        "serial",
        "zähler",
        "zaehler",
        "zählernummer",
        "zählpunkt",
        "compteur",
        "contador",
        "contatore",
        "pod",
        "tag",
    ),
    *("电表", "表号", "表计", "水表", "气表", "设备", "仪表", "计量点", "回路", "户号"),
)
SITE = (
    "site",
    "building",
    "location",
    "facility",
    "property",
    "premise",
    "gebäude",
    "standort",
    "站点",
    "建筑",
    "楼栋",
    "楼宇",
    "园区",
    "小区",
    "大厦",
    "校区",
    "厂区",
    "项目",
)
KIND = (
    "kind",
    "type",
    "fuel",
    "commodity",
    "utility",
    "medium",
    "energy type",
    "energieart",
    "类型",
    "能源",
    "介质",
    "种类",
)
UNIT = ("unit", "units", "uom", "einheit", "unité", "unidad", "单位")
VALUE = (
    *(
        "value",
        "reading",
        "consumption",
        "usage",
        "energy",
        "quantity",
        "amount",
        "load",
        "demand",
        "power",
        "import",
        "used",
    ),
    *("verbrauch", "wert", "messwert", "leistung", "energie", "consommation", "consumo", "valor"),
    *("用电量", "用水量", "用气量", "用量", "读数", "电量", "数值", "值", "功率", "负荷", "能耗"),
)
REGISTER = (
    *("register", "cumulative", "counter", "meter reading", "index", "totaliser", "totalizer", "zählerstand", "stand"),
    *("表底", "表码", "止码", "止度", "底数", "累计", "示数", "读数", "抄表"),
)
NOT_VALUES = (
    *(
        "id",
        "no",
        "nr",
        "number",
        "row",
        "index",
        "flag",
        "quality",
        "status",
        "estimated",
        "code",
        "year",
        "month",
        "day",
    ),
    *("hour", "minute", "weekday", "cost", "price", "temperature", "latitude", "longitude", "lat", "lon", "version"),
    *("note", "notes", "remark", "remarks", "comment", "comments", "bemerkung", "kommentar", "remarque", "nota"),
    *("备注", "说明", "注释"),
    *("序号", "编号", "状态", "费用", "单价", "温度", "金额", "年", "月", "日", "时"),
)
_KINDS = (
    *(("mpan", "electricity"), ("mprn", "natural_gas")),
    *(("光伏", "solar"), ("天然气", "natural_gas"), ("燃气", "natural_gas"), ("用气", "natural_gas"), ("蒸汽", "heat")),
    *(("热", "heat"), ("冷", "cooling"), ("水", "water"), ("电", "electricity")),
    *(
        ("strom", "electricity"),
        ("erdgas", "natural_gas"),
        ("wärme", "heat"),
        ("wasser", "water"),
        ("kälte", "cooling"),
    ),
)


_EXPORT = ("export", "exported", "feedin", "einspeisung", "上网", "反向", "馈网", "倒送")


def folded(name: str) -> str:
    """A header as it is compared: lower case, `_`, `-` and `.` as blanks."""
    return " ".join(re.sub(r"[_\-.:#]+", " ", name.lower()).split())


def says(name: str, words: tuple[str, ...]) -> bool:
    """Whether a header says one of the words: as a whole, as one of its words, or within Chinese text."""
    text = folded(name)
    parts = set(re.split(r"[ /()\[\]（）]+", text))
    return any(
        word == text or word in parts or (not word.isascii() and word in text) or (" " in word and word in text)
        for word in words
    )


def kind_in(text: str) -> str | None:
    """The kind that a header or file name speaks of, if the vocabulary knows it.

    Examples
    --------
    >>> kind_in("Main gas meter"), kind_in("用电量"), kind_in("Block A")
    ('natural_gas', 'electricity', None)

    What is made on the site and fed into the grid is export, whoever made it:

    >>> kind_in("PV export"), kind_in("反向有功电量")
    ('electricity_export', 'electricity_export')
    """
    found = _kind_in(text)
    return "electricity_export" if found in {"electricity", "solar"} and says(text, _EXPORT) else found


def _kind_in(text: str) -> str | None:
    words = re.split(r"[^\w]+|_", text.lower())
    words = [word for word in words if word]
    for size in (3, 2, 1):
        for start in range(len(words) - size + 1):
            candidate = canonical_kind("_".join(words[start : start + size]))
            if kind_of(candidate) is not None:
                return candidate
    lower = text.lower()
    return next((kind for word, kind in _KINDS if word in lower), None)
