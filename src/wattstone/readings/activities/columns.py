"""Headers of tables of activity records, English and Chinese, by field."""

from typing import Final

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "line_id": ("line", "line id", "reference", "invoice", "invoice number", "行号", "编号", "发票号", "单号"),
    "site_id": ("site", "site id", "location", "building", "场所", "场所编号", "站点", "建筑", "地点"),
    "kind": ("activity", "activity kind", "category", "活动", "活动类别", "类别", "排放源类别"),
    "item": ("what", "fuel", "material", "product", "type", "项目", "品种", "燃料", "物料", "类型"),
    "period": ("month", "year", "期间", "月份", "年份", "账期"),
    "start": ("from", "first day", "begin", "date", "开始", "开始日期", "起始日期", "日期"),
    "end": ("to", "until", "last day", "结束", "结束日期", "截止日期"),
    "amount": ("quantity", "activity data", "consumption", "数量", "活动数据", "消耗量", "用量", "金额"),
    "unit": ("units", "currency", "单位", "计量单位", "币种"),
    "method": ("calculation method", "核算方法", "方法"),
    "region": ("grid region", "country", "地区", "区域", "国家"),
    "supplier": ("vendor", "供应商", "供货商"),
    "stated": ("stated emissions", "supplier emissions", "声明排放量", "供应商排放量", "排放量"),
    "factor": ("own factor", "factor id", "自有因子", "因子编号", "排放因子"),
    "share": ("allocation", "allocated share", "份额", "分摊比例", "占比"),
    "estimated": ("estimate", "估算", "是否估算"),
    "technology": ("technological representativeness", "技术代表性"),
    "time": ("temporal representativeness", "时间代表性"),
    "geography": ("geographical representativeness", "地域代表性", "地理代表性"),
    "completeness": ("完整性",),
    "reliability": ("可靠性",),
    "activity_uncertainty": ("uncertainty", "不确定度", "活动数据不确定度"),
    "meter_id": ("meter", "meter id", "计量点", "表计", "电表"),
    "document": ("document hash", "attachment", "凭证", "凭证哈希", "附件"),
    "credits": ("credit note for", "credits line", "credit for", "冲减", "冲红行号", "被冲减行"),
    "equipment": ("unit id", "设备", "设备名称"),
    "charge": ("refrigerant charge", "充注量", "制冷剂充注量"),
    "leak_rate": ("annual leak rate", "leakage rate", "年泄漏率", "泄漏率"),
    "charge_left": ("charge left", "remaining charge", "剩余充注比例", "报废时剩余比例"),
    "recovered": ("recovery", "recovered share", "回收率", "回收比例"),
    "investee": ("company", "被投资方", "被投资企业"),
    "held": ("share held", "equity share", "持股比例", "股权比例"),
    "note": ("remark", "remarks", "comment", "备注", "说明"),
}
"""Capitals, dashes and underscores do not matter; a unit may stand in brackets behind a header."""

REQUIRED: Final = ("site_id", "kind")
"""Without these no line can be read."""

MEASURES: Final = ("amount", "stated")
"""One of these has to be there."""
