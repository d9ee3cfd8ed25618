"""Labels of fields that mean one thing alone, so that their translation is of that thing."""

import pytest

from wattstone.interfaces.present.languages import translator
from wattstone.programme.kinds import record_kind


@pytest.mark.parametrize(
    ("kind", "field", "chinese", "before"),
    [
        ("water_flow", "volume", "水量", "Volume"), ("water_flow", "fresh", "水质", "Quality"),
        ("water_flow", "flow", "流向", "Flow"), ("water_restored", "volume", "水量", "Volume"),
        ("material_flow", "id", "物料流编号", "Flow"), ("avoided_emission", "baseline", "基准情景", "Baseline"),
        ("carbon", "baseline", "基准情景", "Baseline"), ("carbon_credit", "amount", "碳信用数量", "Amount"),
        ("target", "form", "目标形式", "Form"), ("pathway", "form", "路径形式", "Form"),
        ("interaction", "form", "相互作用形式", "Form"), ("abatement", "measure", "减排措施", "Measure"),
        ("abatement", "figure", "已记录数据编号", "Figure"), ("budget", "amount", "金额", "Amount"),
        ("taxonomy", "edition", "分类目录版本", "Edition"), ("bom_link", "component", "子件", "Component"),
        ("fleet_grid", "kg_per_kwh", "发电排放", "Generation"),
    ],
)  # fmt: skip
def test_a_label_is_of_its_field_and_the_old_header_is_taken_still(
    kind: str, field: str, chinese: str, before: str
) -> None:
    """Water is measured in 水量 and not in 电量; a file with the header of before is read as it was."""
    one = record_kind(kind).field(field)

    assert translator("zh")(one.label) == chinese
    assert before.casefold() in {name.casefold() for name in (one.name, one.label, *one.headers)}


@pytest.mark.parametrize(
    ("kind", "field", "value", "chinese"),
    [("material_flow", "direction", "in", "流入"), ("abatement", "status", "decided", "已决定"),
     ("footprint_request", "status", "accepted", "已接受")],
)  # fmt: skip
def test_a_choice_is_of_its_field(kind: str, field: str, value: str, chinese: str) -> None:
    assert translator("zh")(record_kind(kind).field(field).choices[value]) == chinese
