"""Contrast of the tokens after WCAG 2.2: text 4.5 to 1, borders of controls and signs 3 to 1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "service" / "static" / "tokens.css"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", CSS.read_text(encoding="utf-8")
    )
}
GROUNDS = ("page", "sheet", "sunk")
TEXT = [(ink, ground) for ink in ("ink", "ink-2", "wire") for ground in GROUNDS]
TEXT += [("on-wire", "wire"), ("on-flag", "flag"), ("ins", "ins-bg"), ("del", "del-bg")]
LINES = [("edge", ground) for ground in GROUNDS]
LINES += [(mark, ground) for mark in ("ins", "del", "flag-edge") for ground in ("page", "sheet")]


def luminance(colour: str) -> float:
    """Relative luminance of a colour ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text(front: str, back: str, theme: int) -> None:
    assert contrast(TOKENS[front][theme], TOKENS[back][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), LINES)
def test_lines(front: str, back: str, theme: int) -> None:
    assert contrast(TOKENS[front][theme], TOKENS[back][theme]) >= 3


def test_a_contrast_that_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
