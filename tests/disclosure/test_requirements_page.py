"""The page of requirement lists shows the lists as they are."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tables_of_the_page_are_those_of_the_lists() -> None:
    spec = importlib.util.spec_from_file_location("requirements_page", ROOT / "tools" / "requirements_page.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.PAGE.read_text(encoding="utf-8")

    assert tool.with_tables(page) == page, "run python tools/requirements_page.py"
    assert "| `tcfd@2021` TCFD recommendations | 2021-10-14 | 18 | unconfirmed |" in page
