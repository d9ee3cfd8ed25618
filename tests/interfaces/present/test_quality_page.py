"""The page of what to mend first."""

from wattstone.interfaces.present import render_quality
from wattstone.inventory.document import InventoryDocument


def test_it_says_what_to_mend_and_where(estate: InventoryDocument) -> None:
    assert estate.quality is not None
    page = render_quality(estate.quality, estate.mend, year=2019)

    assert "the lowest score is that of lab-gas: 81 %" in page
    assert page.index("What to mend first") < page.index("Columns on the right count readings")
    assert "Have the meter checked" in page
    assert "Content-Security-Policy" in page
    assert "<dl>" not in page


def test_findings_with_one_remedy_are_one_step(estate: InventoryDocument) -> None:
    assert estate.quality is not None
    page = render_quality(estate.quality, estate.mend[:1] * 5, year=2019)

    assert page.count("<li>Ask the supplier") == 1
    assert "and 2 more" in page


def test_without_readings_it_is_a_page(estate: InventoryDocument) -> None:
    assert estate.quality is not None
    page = render_quality(estate.quality.clear(), (), year=2019, lang="zh")

    assert "2019 年没有读数。" in page
    assert "没有需要修正之处。" in page
