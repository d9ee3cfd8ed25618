"""Hook of mkdocs: equations between dollar signs become MathML, which browsers draw without any script."""

import re
from typing import Any

from latex2mathml.converter import convert

CODE = re.compile(r"(```.*?```|~~~.*?~~~|``.*?``|`[^`\n]*`|^(?: {4}|\t)[^\n]*$)", re.DOTALL | re.MULTILINE)
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\d$])")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace equations outside code."""
    parts = CODE.split(markdown)
    parts[::2] = [_with_math(text) for text in parts[::2]]
    return "".join(parts)


def _with_math(text: str) -> str:
    text = DISPLAY.sub(lambda equation: f"\n\n<p>{_mathml(equation[1], 'block')}</p>\n\n", text)
    return INLINE.sub(lambda equation: _mathml(equation[1], "inline"), text)


def _mathml(latex: str, display: str) -> str:
    return convert(latex.strip(), display=display).replace("\n", "")
