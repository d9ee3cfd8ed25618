"""The report on paper: the same words, and no character left out."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst

from wattstone.base import InputRefused
from wattstone.interfaces.present import fonts, render_pdf
from wattstone.interfaces.present.fonts import Choice, characters, choose_fonts
from wattstone.inventory.document import InventoryDocument

CHINESE = "温室气体排放清单"
Make = Callable[..., InventoryDocument]


def has_chinese() -> bool:
    return any(ord("温") in characters(face.path, face.index) for face in typst.Fonts().fonts() if face.path)


needs_chinese = pytest.mark.skipif(not has_chinese(), reason="no font for Chinese is installed")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00a0", "").split())


@pytest.fixture
def latin(make: Make) -> InventoryDocument:
    """The estate without a Chinese name, as a machine without fonts has to print it."""
    document = make(organisation="Harbour Estates")
    names = document.sites["name"].str.replace("^银.*", "Silver Court")
    return replace(document, sites=document.sites.with_columns(name=names))


def without_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    real = typst.Fonts

    def embedded(**options: Any) -> typst.Fonts:
        return real(**{**options, "include_system_fonts": False})

    monkeypatch.setattr(fonts.typst, "Fonts", embedded)


def test_english_needs_no_font_of_the_system(latin: InventoryDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    without_system_fonts(monkeypatch)

    reader = pypdf.PdfReader(io.BytesIO(render_pdf(latin, "en")))
    text = squeezed("".join(page.extract_text() for page in reader.pages))

    assert reader.metadata is not None
    assert reader.metadata.title == "Greenhouse gas inventory 2019 · Harbour Estates"
    assert float(reader.pages[0].mediabox.width) == pytest.approx(595.28, abs=0.1)  # A4
    for said in (
        "Simulateddata",
        "Fuelburntonsiteemitted12%lessthan2018",
        "wattstonetraceWORKSPACEID",
        "OGLv3.0",
        "St Mary",
    ):
        assert squeezed(said) in text


@needs_chinese
def test_chinese_is_all_there_in_text_and_drawings(estate: InventoryDocument) -> None:
    pdf = render_pdf(estate, "zh")
    text = squeezed(text_of(pdf))
    pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    drawn = next(page for page in pages if "各场所排放" in page)

    assert "银泰中心三期商务办公楼及地下车库" in drawn, "the site's name stands in the drawing alone on this page"
    assert "范围二（基于位置）" in drawn
    assert CHINESE in text
    for said in ("模拟数据", "范围二（基于位置）", "银泰中心三期商务办公楼及地下车库", "公布因子", "尚未核算", "12月"):
        assert said in text


def test_chinese_without_a_font_is_refused_with_the_remedy(
    estate: InventoryDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_system_fonts(monkeypatch)

    with pytest.raises(InputRefused) as refused:
        render_pdf(estate, "zh")

    (finding,) = refused.value.findings
    assert finding.code == "present.font"
    assert finding.count > 50
    for word in ("fonts-wqy-microhei", "fonts-droid-fallback", "--font-path"):
        assert word in finding.text()


def test_an_english_report_with_a_chinese_name_is_refused_too(
    estate: InventoryDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_system_fonts(monkeypatch)

    with pytest.raises(InputRefused, match="三下中"):
        render_pdf(replace(estate, organisation="Harbour"), "en")


def test_a_character_that_no_font_holds_is_named() -> None:
    with pytest.raises(InputRefused, match="\U000f0000"):
        choose_fonts(["plain \U000f0000"])


@needs_chinese
def test_a_folder_of_fonts_is_enough(estate: InventoryDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = next(
        Path(face.path).parent
        for face in typst.Fonts().fonts()
        if face.path and ord("温") in characters(face.path, face.index)
    )
    without_system_fonts(monkeypatch)

    assert CHINESE in squeezed(text_of(render_pdf(estate, "zh", font_paths=(folder,))))


def test_pieces_of_a_drawing_name_the_family_that_holds_them() -> None:
    latin = frozenset(map(ord, "Scope 2 ()0123456789"))
    chinese = frozenset(map(ord, "范围二（）"))
    choice = Choice(typst.Fonts(include_system_fonts=False), ("Latin", "Han"), {"Latin": latin, "Han": chinese})

    svg = choice.in_drawing("<svg><text>Scope 范围二 1\u202f2</text></svg>")

    assert svg == (
        '<svg><text><tspan font-family="Latin">Scope </tspan><tspan font-family="Han">范围二\u00a0</tspan>'
        '<tspan font-family="Latin">1\u00a02</tspan></text></svg>'
    )


def test_the_carried_font_holds_what_is_said_of_it() -> None:
    """Each sign that is taken for granted is set by the font that Typst carries, with nothing to fall back on."""
    carried = typst.Fonts(include_system_fonts=False)

    def shapes(texts: list[str]) -> set[str]:
        lines = "\n\n".join('#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
        source = f'#set page(height: auto)\n#set text(font: "Libertinus Serif", fallback: false)\n{lines}'
        picture = typst.compile(source.encode(), font_paths=carried, format="svg")
        assert isinstance(picture, bytes)
        return set(re.findall(r'<symbol[^>]*><path d="([^"]+)"', picture.decode()))

    visible = [chr(sign) for sign in fonts._CARRIED | fonts._SIGNS if sign not in {0xAD, 0xA0}]
    (missing,) = shapes(["温"])

    assert len(shapes(["A", "温"])) == 2
    assert missing not in shapes(visible)


def test_the_same_document_is_the_same_file(latin: InventoryDocument) -> None:
    assert render_pdf(latin, "en") == render_pdf(latin, "en")


def test_a_file_that_is_no_font_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(b"\0\1\0\0no font at all")

    assert characters(str(tmp_path / "x.ttf")) == frozenset()
    assert characters(str(tmp_path / "missing.ttf")) == frozenset()


@pytest.mark.parametrize("name", ["Liberation Sans", "DejaVu Sans"])
def test_characters_of_a_known_font(name: str) -> None:
    face = next((face for face in typst.Fonts().fonts() if face.family == name and face.path), None)
    if face is None or face.path is None:
        pytest.skip(f"{name} is not installed")
    held = characters(face.path, face.index)

    assert {ord(sign) for sign in "Az09²é−"} <= held
    assert not {ord("温"), 0xFFFF} & held
