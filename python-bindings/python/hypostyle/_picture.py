"""A plan as a picture."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from hypostyle.errors import UnsupportedError

_LINE, _STEP, _LETTER = 26, 22, 7.3


class Picture:
    """A plan drawn as SVG; notebooks show it."""

    def __init__(self, text: str) -> None:
        # Each operator stands above those that it takes rows from, which begin farther to the right.
        plan = text.split("optimized plan\n")[-1].split("\nphysical plan")[0]
        self._lines = [((len(line) - len(line.lstrip())) // 2 - 1, line.strip()) for line in plan.splitlines() if line]

    @property
    def svg(self) -> str:
        """The text of the picture."""
        shown = [(depth, _shortened(text)) for depth, text in self._lines]
        width = max((depth * _STEP + len(text) * _LETTER + 30 for depth, text in shown), default=60)
        parts: list[str] = []
        for at, (depth, text) in enumerate(shown):
            x, y = 6 + depth * _STEP, 6 + at * _LINE
            above = next((i for i in range(at - 1, -1, -1) if shown[i][0] < depth), None)
            if above is not None:
                left, top = 6 + shown[above][0] * _STEP + 8, 6 + above * _LINE + 20
                parts.append(f'<path d="M{left} {top}V{y + 10}H{x}" fill="none" stroke="#888"/>')
            color = "#e8f1e4" if re.match("scan", text, re.I) else "#eef2f8"
            size = len(text) * _LETTER + 14
            parts.append(f'<rect x="{x}" y="{y}" width="{size:.0f}" height="20" rx="3" fill="{color}" stroke="#888"/>')
            parts.append(f'<text x="{x + 7}" y="{y + 14}">{html.escape(text)}</text>')
        height = 12 + len(shown) * _LINE
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
            f'font-family="monospace" font-size="12">{"".join(parts)}</svg>'
        )

    def write(self, filename: Any) -> Picture:
        """Writes the picture to a file, if one is named."""
        if filename is not None:
            path = Path(filename)
            if path.suffix not in ("", ".svg"):
                raise UnsupportedError(f"visualize writes SVG, not {path.suffix}: name a file that ends in .svg")
            path.with_suffix(".svg").write_text(self.svg, encoding="utf-8")
        return self

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "\n".join(f"{'  ' * depth}{text}" for depth, text in self._lines)


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:99]}…"
