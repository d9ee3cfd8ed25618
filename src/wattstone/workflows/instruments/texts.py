"""What people type of a contract or certificate, in options and in cells, as fields of its record."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from wattstone.base import Finding, UnknownUnit, unit
from wattstone.workflows.measure_texts import Unreadable, iso_date, number, split

__all__ = ["COLUMNS", "Place", "fields_of"]

Place = Callable[[str], str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("contract", "contract id", "certificate", "instrument", "编号", "合同编号", "凭证编号"),
    "kind": ("type", "kind of contract", "类型", "种类"),
    "carrier": ("energy", "energy carrier", "能源", "能源品种"),
    "market": ("country", "market region", "region", "市场", "国家", "地区"),
    "vintage_start": ("from", "start", "generated from", "delivered from", "开始", "发电开始", "起始日期"),
    "vintage_end": ("until", "end", "generated until", "delivered until", "结束", "发电结束", "截止日期"),
    "volume": ("quantity", "电量", "数量"),
    "factor": ("emission factor", "rate", "因子", "排放因子"),
    "factor_source": ("source", "source of factor", "因子来源", "来源"),
    "scheme": ("certificate scheme", "凭证体系"),
    "technology": ("fuel", "发电技术", "能源类型", "技术"),
    "supplier": ("counterparty", "供应商", "售电方"),
    "tracking_system": ("registry", "tracking", "追踪系统", "登记系统"),
    "serials": ("serial", "serial numbers", "certificates", "序列号", "证书编号"),
    "retired_on": ("retired", "cancelled on", "redeemed on", "核销日期", "注销日期"),
    "retired_for": ("beneficiary", "retired on behalf of", "受益方", "核销对象"),
    "sites": ("site", "served sites", "场所", "站点"),
    "holder": ("held by", "持有方"),
    "bundled": ("with energy", "证电合一"),
    "exclusive": ("sole claim", "唯一主张", "独占"),
    "delivered": ("delivered energy", "按交付电量"),
    "generation_meter": ("meter of generation", "发电表计"),
    "document": ("sha256", "文件哈希"),
    "note": ("notes", "remark", "备注"),
}
"""Headers of an imported table by field, English and Chinese; capitals, dashes and underscores do not matter."""

_LISTS = frozenset({"serials", "sites"})
_DATES = frozenset({"vintage_start", "vintage_end", "retired_on"})
_FLAGS = frozenset({"bundled", "exclusive", "delivered"})
_YES = frozenset({"yes", "true", "1", "y", "是"})
_NO = frozenset({"no", "false", "0", "n", "否", ""})
_WORDS: dict[str, dict[str, str]] = {
    "kind": {
        "power purchase agreement": "ppa", "pppa": "ppa", "购电协议": "ppa", "own generation": "self_generation",
        "自发电": "self_generation", "green power": "green_power", "绿电": "green_power", "绿电交易": "green_power",
        "绿色电力交易": "green_power", "gec": "green_certificate", "green certificate": "green_certificate",
        "绿证": "green_certificate", "绿色电力证书": "green_certificate",
        **dict.fromkeys(
            ("go", "rec", "i-rec", "irec", "rego", "tigr", "certificate", "energy attribute certificate"),
            "energy_attribute_certificate",
        ),
        "supplier": "supplier_rate", "supplier rate": "supplier_rate", "供应商因子": "supplier_rate",
    },
    "carrier": {"power": "electricity", "电": "electricity", "电力": "electricity", "热": "heat", "热力": "heat",
                "蒸汽": "steam", "冷": "cooling", "供冷": "cooling"},
    "holder": {"组织": "organisation", "场所": "site"},
}  # fmt: skip
_MARKETS = {"US": "US+CA", "CA": "US+CA"}
_RATES = {
    "": 1.0, "kg/kwh": 1.0, "g/kwh": 1e-3, "t/mwh": 1.0, "kg/mwh": 1e-3, "g/mj": 0.0036, "kg/gj": 0.0036, "t/gj": 3.6,
    "%": None,
}  # fmt: skip
"""Units of a factor, without the gas, in kg per kWh."""


def fields_of(said: Mapping[str, Any], place: Place) -> tuple[dict[str, Any], list[Finding]]:
    """Texts as fields of an `Instrument`.

    Parameters
    ----------
    said : mapping
        By field: texts or lists of texts; an empty text takes back what was said.
    place : callable
        Where a field was said, for findings.

    Returns
    -------
    fields : dict
        What could be read.
    findings : list of Finding
        What could not.

    Examples
    --------
    >>> fields_of({"volume": "1.5 GWh", "factor": "30 g CO2e/kWh", "kind": "绿证"}, str)[0]
    {'volume': 1500000.0, 'factor': 0.03, 'kind': 'green_certificate'}
    """
    fields: dict[str, Any] = {}
    found: list[Finding] = []
    for name, value in said.items():
        try:
            fields[name] = _read(name, value)
        except Unreadable as wrong:
            found.append(
                Finding(
                    code="contract.unreadable",
                    place=place(name),
                    found="{text} cannot be read",
                    params={"text": repr(wrong.text[:100]), "field": name},
                    expected=wrong.expected,
                    remedy="write it so",
                )
            )
    if "kind" in said and "scheme" not in said and fields.get("kind") == "energy_attribute_certificate":
        scheme = str(said["kind"]).strip().upper()
        fields |= {"scheme": scheme} if len(scheme) <= len("I-REC") else {}
    return fields, found


def _read(name: str, value: Any) -> Any:
    if name in _LISTS:
        return split(value)
    if isinstance(value, bool | int | float) and not isinstance(value, str):
        return value
    text = str(value).strip()
    if name in _FLAGS:
        return _flag(text)
    if not text:
        return None
    if name in _DATES:
        return iso_date(text)
    if name == "volume":
        return _volume(text)
    if name == "factor":
        return _rate(text)
    folded = text.casefold()
    if name in _WORDS:
        return _WORDS[name].get(folded, folded.replace(" ", "_"))
    if name == "market":
        code = text.upper().replace(" ", "")
        return _MARKETS.get(code, code)
    return folded if name == "document" else text


def _flag(text: str) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise Unreadable(text, "yes or no")
    return folded in _YES


def _volume(text: str) -> float:
    value, rest = number(text)
    if not rest:
        return value
    try:
        known = unit(rest)
    except UnknownUnit as error:
        raise Unreadable(text, "an energy such as 500 MWh; kWh where no unit is given") from error
    if known.quantity != "energy":
        raise Unreadable(text, "an energy such as 500 MWh; kWh where no unit is given")
    return value * known.factor


def _rate(text: str) -> float:
    value, rest = number(text)
    plain = re.sub(r"co2-?eq?|co2|\s", "", rest.casefold().replace("₂", "2"))
    scale = _RATES.get(plain)
    if scale is None:
        raise Unreadable(text, "a factor such as 0.03 kg CO2e/kWh; kg CO2e/kWh where no unit is given")
    return value * scale
