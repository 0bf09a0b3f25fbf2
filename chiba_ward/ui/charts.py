"""Charts drawn by the server as SVG with presentation attributes only: no script, no style, and the
same drawing in a page and in a PDF. Hatching tells series apart without colour; a sentence and a
table say the same in words and figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

WIDTH = 400  # at 375 px a text of 14 units is still 12 px high
LABEL_HEIGHT, BAR_HEIGHT, ROW_GAP = 20, 20, 12
FILLS = ("#00428c", "#e25100", "#197a4b", "#6f23d0", "#767676")
HATCHES = ("solid", "diagonal", "dots", "cross", "horizontal")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 5")
MARKERS = ("circle", "square", "triangle", "diamond", "circle")


@dataclass(frozen=True)
class Series:
    """A named row of numbers, one a category; None is 「未計測」 (not measured), not zero."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Rect:
    """A bar's piece in user units."""

    x: float
    y: float
    width: float
    fill: str


@dataclass(frozen=True)
class Legend:
    """The look of one series, for the key above the drawing."""

    name: str
    fill: str
    colour: str
    hatch: str
    dash: str
    marker: str


@dataclass(frozen=True)
class Chart:
    """What both kinds share: ``uid`` is unique on its page, ``unit`` is 件, 日, % …,
    ``as_of`` says when and of what the numbers were counted."""

    uid: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str = "件"
    as_of: str = ""

    @property
    def legend(self) -> list[Legend]:
        """One entry a series."""
        looks = zip(FILLS, HATCHES, DASHES, MARKERS, strict=True)
        return [
            Legend(one.name, f"url(#{self.uid}-{number})", *look)
            for number, (one, look) in enumerate(zip(self.series, looks, strict=False))
        ]

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The numbers as rows of text, for the table below the drawing."""
        return [
            (name, [written(one.values[row]) for one in self.series])
            for row, name in enumerate(self.categories)
        ]

    def totals(self) -> list[float | None]:
        """The sum of each category; None where nothing was measured."""
        columns = ([one.values[row] for one in self.series] for row in range(len(self.categories)))
        return [sum(known) if (known := [v for v in values if v is not None]) else None for values in columns]

    @property
    def summary(self) -> str:
        """One sentence: the greatest and the smallest, or that nothing was counted yet."""
        measured = [
            (n, name) for n, name in zip(self.totals(), self.categories, strict=True) if n is not None
        ]
        if not measured:
            return _("まだ数えられる記録がありません。")
        (most, top), (least, low) = max(measured, key=lambda m: m[0]), min(measured, key=lambda m: m[0])
        words = {"top": top, "most": written(most), "low": low, "least": written(least), "unit": self.unit}
        return (
            _("最も多いのは%(top)sの%(most)s%(unit)s、最も少ないのは%(low)sの%(least)s%(unit)sです。") % words
        )


@dataclass(frozen=True)
class BarRow:
    """One category of a bar chart: its label, total and pieces, placed."""

    label: str
    total: str
    y: float
    bar_y: float
    end: float
    parts: list[Rect]


@dataclass(frozen=True)
class BarChart(Chart):
    """Lying bars, stacked if there are several series; the label stands above its bar."""

    template_name = "components/chart_bar.html"

    @property
    def height(self) -> int:
        """The height of the drawing in user units."""
        return len(self.categories) * (LABEL_HEIGHT + BAR_HEIGHT + ROW_GAP)

    @property
    def rows(self) -> list[BarRow]:
        """The bars, placed; the longest leaves room for its number."""
        room = WIDTH - 70
        longest = max((total for total in self.totals() if total), default=1) or 1
        return [self._row(number, room / longest) for number in range(len(self.categories))]

    def _row(self, number: int, scale: float) -> BarRow:
        y = number * (LABEL_HEIGHT + BAR_HEIGHT + ROW_GAP)
        x, parts = 0.0, []
        for look, one in zip(self.legend, self.series, strict=False):
            width = round((one.values[number] or 0) * scale, 1)
            parts += [Rect(round(x, 1), y + LABEL_HEIGHT, width, look.fill)] if width else []
            x += width
        total = self.totals()[number]
        text = _("未計測") if total is None else f"{written(total)}{self.unit}"
        return BarRow(self.categories[number], text, y + 14, y + LABEL_HEIGHT, round(x + 6, 1), parts)


@dataclass(frozen=True)
class Line:
    """One series of a line chart: unbroken runs of points, and the points."""

    look: Legend
    runs: list[str]
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class LineChart(Chart):
    """A course over time; a gap in the numbers is a gap in the line."""

    template_name = "components/chart_line.html"
    height, left, right, top, bottom = 240, 44, 12, 12, 206

    @property
    def summary(self) -> str:
        """One sentence on the first series: where it began and where it stands."""
        values = zip(self.categories, self.series[0].values if self.series else (), strict=False)
        known = [(name, value) for name, value in values if value is not None]
        if not known:
            return _("まだ数えられる記録がありません。")
        (first, start), (last, end) = known[0], known[-1]
        words = {"name": self.series[0].name, "first": first, "start": written(start), "unit": self.unit}
        words |= {"last": last, "end": written(end)}
        return (
            _("%(name)sは、%(first)sの%(start)s%(unit)sから%(last)sの%(end)s%(unit)sになりました。") % words
        )

    @property
    def ceiling(self) -> float:
        """The upper end of the scale: 1, 2 or 5 times a power of ten."""
        highest = max((v for one in self.series for v in one.values if v is not None), default=1) or 1
        power = 10.0 ** math.floor(math.log10(highest))
        return next(step * power for step in (1, 2, 5, 10) if step * power >= highest)

    @property
    def grid(self) -> list[tuple[float, str]]:
        """Height and label of the lines of the scale."""
        parts = 4 if str(self.ceiling).startswith("2") else 5
        marks = [self.ceiling * part / parts for part in range(parts + 1)]
        return [(self._y(mark), written(mark)) for mark in marks]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Place and label of at most six categories."""
        step = max(1, math.ceil(len(self.categories) / 6))
        return [(self._x(n), name) for n, name in enumerate(self.categories) if n % step == 0]

    @property
    def lines(self) -> list[Line]:
        """The series, placed."""
        return [self._line(look, one) for look, one in zip(self.legend, self.series, strict=False)]

    def _x(self, number: int) -> float:
        return round(
            self.left + (WIDTH - self.left - self.right) * number / max(1, len(self.categories) - 1), 1
        )

    def _y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * value / self.ceiling, 1)

    def _line(self, look: Legend, one: Series) -> Line:
        placed = [(self._x(n), self._y(v)) if v is not None else None for n, v in enumerate(one.values)]
        runs = [f"M{a[0]} {a[1]}L{b[0]} {b[1]}" for a, b in pairwise(placed) if a and b]
        return Line(look, runs, [point for point in placed if point])


def written(value: float | None) -> str:
    """Return 「1,234」, 「3.5」 or 「未計測」."""
    if value is None:
        return _("未計測")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
