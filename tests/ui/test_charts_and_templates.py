import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.safestring import SafeString

from chiba_ward.ui import components
from chiba_ward.ui.charts import BarChart, LineChart, Series

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>%{]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>%{]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "evaluated htmx": re.compile(r"\bhx-on|hx-vals=.js:", re.IGNORECASE),
    "foreign host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


def pages() -> list[Path]:
    return [
        path for path in TEMPLATES.rglob("*.html") if "documents" not in path.relative_to(TEMPLATES).parts
    ]


def test_no_template_needs_more_than_our_own_scripts_and_sheets() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {name}"
        for path in pages()
        for name, pattern in FORBIDDEN.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert len(pages()) > 40
    assert found == []


def test_the_search_for_inline_code_finds_it() -> None:
    samples = ['<p style="a">', "<style>", '<a onclick="x">', "<script>x</script>", '<a href="javascript:x">']
    samples += ['<b hx-on:click="x">', '<img src="//x.example">']
    assert all(pattern.search(sample) for sample, pattern in zip(samples, FORBIDDEN.values(), strict=True))


@pytest.fixture
def bars() -> BarChart:
    return BarChart(
        "c",
        "区ごとの相談",
        ["中央区", "緑区", "美浜区"],
        [Series("完了", [3, 1, None]), Series("対応中", [5, 0, None])],
    )


def test_the_sentence_is_computed_and_what_was_not_measured_is_no_zero(bars: BarChart) -> None:
    assert bars.summary == "最も多いのは中央区の8件、最も少ないのは緑区の1件です。"
    assert bars.table[2] == ("美浜区", ["未計測", "未計測"])
    assert bars.rows[2].total == "未計測"
    assert BarChart("e", "空", [], [Series("a", [])]).summary == "まだ数えられる記録がありません。"


def test_bars_are_as_long_as_their_numbers(bars: BarChart) -> None:
    first, second = bars.rows[0].parts, bars.rows[1].parts
    assert first[1].width / first[0].width == pytest.approx(5 / 3, rel=0.01)
    assert first[1].x == first[0].width
    assert len(second) == 1
    assert first[0].fill != first[1].fill


def test_a_gap_in_the_numbers_is_a_gap_in_the_line() -> None:
    chart = LineChart(
        "l", "日数", ["4月", "5月", "6月", "7月", "8月"], [Series("若葉区", [3, 2, None, 1, 1])], unit="日"
    )
    line = chart.lines[0]
    assert (len(line.runs), len(line.points)) == (2, 4)
    assert chart.ceiling == 5
    assert chart.summary == "若葉区は、4月の3日から8月の1日になりました。"
    assert [label for _place, label in chart.grid] == ["0", "1", "2", "3", "4", "5"]
    assert line.points[0][1] < line.points[1][1]


def test_a_chart_is_drawn_without_style_and_stands_beside_its_table(bars: BarChart) -> None:
    page = Template("{% chart chart %}").render(Context({"chart": bars}))
    assert "style" not in page
    assert page.count("<rect") >= 5
    assert '<th scope="row">緑区</th>' in page
    assert "<details class" in page
    assert " open>" in Template("{% chart chart is_print=True %}").render(Context({"chart": bars}))


def test_a_chip_says_its_state_in_words_and_shape() -> None:
    page = Template('{% status_chip "緊急" "urgent" %}{% status_chip "受付" "new" %}').render(Context())
    first, second = re.findall(r'd="([^"]+)"', page)
    assert first != second
    assert "緊急" in page
    assert "受付" in page


def test_a_chip_escapes_even_what_was_declared_safe() -> None:
    plain, declared = components.status_chip("<b>", "new"), components.status_chip(SafeString("<b>"), "new")
    assert plain == declared
    assert "&lt;b&gt;" in plain
    assert "<b>" not in plain
