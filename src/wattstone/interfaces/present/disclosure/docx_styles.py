"""Styles of a DOCX: faces for Latin and Chinese by name, the colours of the look, hairlines in tables."""

from typing import Any, Final, cast

from docx import oxml
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from wattstone.interfaces.present.tokens import tokens

__all__ = ["PICTURE", "WIDTH", "colour", "element", "language", "set_styles"]

element: Any = cast("Any", oxml.OxmlElement)  # pyright: ignore[reportUnknownMemberType]
"""Makes an element of WordprocessingML by its name."""

WIDTH: Final = Mm(170)
"""Of a line of text."""

PICTURE: Final = Mm(150)
"""Of a drawing."""

_LATIN: Final = "Arial"
_CHINESE: Final = "Microsoft YaHei"
_SIZES: Final = {
    "Normal": 10.0, "Title": 26.0, "Subtitle": 12.0, "Heading 1": 18.0, "Heading 2": 13.0, "Heading 3": 11.0,
    "Heading 4": 10.0, "Heading 5": 10.0, "Heading 6": 10.0, "TOC Heading": 14.0, "Caption": 9.0, "Quote": 10.0,
}  # fmt: skip


def set_styles(styles: Any, lang: str) -> None:
    """Give a document the look: its faces, sizes and colours, and the language of its words.

    Parameters
    ----------
    styles : docx.styles.styles.Styles
    lang : {'en', 'zh'}
    """
    for name, size in _SIZES.items():
        _face(styles[name], size)
    for number in range(1, 7):
        styles[f"Heading {number}"].font.color.rgb = colour("ink")
    for name in ("Title", "TOC Heading", "Caption", "Subtitle"):
        styles[name].font.color.rgb = colour("ink")
    soft = _added(styles, "Soft", WD_STYLE_TYPE.PARAGRAPH, 8.5)
    soft.font.color.rgb = colour("ink-soft")
    warning = _added(styles, "Warning", WD_STYLE_TYPE.PARAGRAPH, 10.0)
    warning.font.bold, warning.font.color.rgb = True, colour("watch")
    for name, bold in (("Box title", True), ("Box", False)):
        box = _added(styles, name, WD_STYLE_TYPE.PARAGRAPH, 9.5)
        box.font.bold = bold
        box.paragraph_format.left_indent = Mm(4)
        box.paragraph_format.space_after = Pt(2)
        _border(box, "watch")
    cell = _added(styles, "Cell", WD_STYLE_TYPE.PARAGRAPH, 8.0)
    cell.paragraph_format.space_after = Pt(0)
    cell.paragraph_format.line_spacing = 1.0
    gap = _added(styles, "Gap", WD_STYLE_TYPE.PARAGRAPH, 4.0)
    gap.paragraph_format.space_after = Pt(2)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Caption"].paragraph_format.space_before = Pt(6)
    styles["Caption"].paragraph_format.space_after = Pt(3)
    for level in (1, 2):
        contents = _added(styles, f"Contents {level}", WD_STYLE_TYPE.PARAGRAPH, 9.0)
        contents.paragraph_format.left_indent = Mm(5 * (level - 1))
        contents.paragraph_format.space_after = Pt(0)
        contents.paragraph_format.line_spacing = 1.0
        contents.paragraph_format.tab_stops.add_tab_stop(WIDTH, 2, 1)
    code = _added(styles, "Code", WD_STYLE_TYPE.CHARACTER, 7.5)
    code.font.name = "Courier New"
    link = _added(styles, "Link", WD_STYLE_TYPE.CHARACTER, 0)
    link.font.color.rgb = colour("jade")
    link.font.underline = True
    _table_style(styles)
    _language_of(styles.element, language(lang))


def _added(styles: Any, name: str, kind: Any, size: float) -> Any:
    made = styles.add_style(name, kind)
    if kind == WD_STYLE_TYPE.PARAGRAPH:
        made.base_style = styles["Normal"]
    if size:
        made.font.size = Pt(size)
    return made


def _face(style: Any, size: float) -> None:
    """Fonts by name for Latin and for Chinese: a theme would choose others."""
    style.font.name, style.font.size = _LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN)
    fonts.set(qn("w:eastAsia"), _CHINESE)


def _border(style: Any, name_of: str) -> None:
    about, borders, left = style.element.get_or_add_pPr(), element("w:pBdr"), element("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "6"), ("color", tokens().colour(name_of)[1:])):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    about.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _table_style(styles: Any) -> None:
    """Hairlines between rows, none between columns."""
    made = styles.add_style("Report table", WD_STYLE_TYPE.TABLE)
    made.base_style = styles["Normal Table"]
    about: Any = element("w:tblPr")
    borders: Any = element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line: Any = element(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", tokens().colour("line")[1:])):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    about.append(borders)
    made.element.append(about)


def _language_of(styles: Any, lang: str) -> None:
    held = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in held.findall(qn("w:lang")):
        held.remove(old)
    made: Any = element("w:lang")
    for name, value in (("val", "en-GB"), ("eastAsia", "zh-CN"), ("bidi", "ar-SA")):
        made.set(qn(f"w:{name}"), lang if name == "val" else value)
    held.append(made)


def language(lang: str) -> str:
    """A language as Word names it."""
    return "zh-CN" if lang == "zh" else "en-GB"


def colour(name: str) -> RGBColor:
    """A colour of the look."""
    return RGBColor.from_string(tokens().colour(name)[1:])
