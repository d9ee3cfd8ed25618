"""One answer serves several standards: the crossings that TCFD's own tables draw to IFRS S2."""

from wattstone.disclosure.crossing import cross_references
from wattstone.disclosure.standards import standard, standards


def test_disclosures_of_tcfd_meet_the_paragraphs_of_ifrs_s2_that_took_them_over() -> None:
    """The ISSB's comparison of IFRS S2 with TCFD: governance 6, risk management 25, metrics 29, targets 33 to 36."""
    held = cross_references([standard("tcfd"), standard("ifrs-s2@2023")])
    met: dict[str, set[str]] = {}
    for one in held:
        for ours in one.by("tcfd@2021"):
            met.setdefault(ours, set()).update(each.partition("(")[0] for each in one.by("ifrs-s2@2023"))

    assert met["GOV-a"] == met["GOV-b"] | {"29"} == {"6", "29"}  # 29(g): pay
    assert met["STR-c"] == {"22", "25"}  # 25(a)(ii): scenarios in the finding of risks
    assert met["RSK-a"] == {"25"}
    assert met["RSK-b"] == met["RSK-c"] == {"25"}
    assert met["MET-c"] == {"14", "33", "35", "36"}
    assert all(met[f"CIM{at}"] <= {"29", "6"} for at in range(2, 8))


def test_only_what_is_asked_for_is_crossed_and_each_once() -> None:
    every = cross_references(standards())
    tcfd = cross_references([standard("tcfd")])

    assert len({one.topic.id for one in every}) == len(every)
    assert {one.topic.id for one in tcfd} == {one.id for one in standard("tcfd").topics()}
    assert cross_references([]) == ()
