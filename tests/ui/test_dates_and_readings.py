import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from chiba_ward.ui.furigana import furigana, nofurigana
from chiba_ward.ui.japanese_dates import (
    NotADate,
    both_calendars,
    era_year,
    fiscal_year,
    fiscal_year_name,
    local_date,
    parse_date,
    wareki,
)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (dt.date(2026, 11, 23), "令和8年11月23日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1926, 12, 25), "昭和元年12月25日"),
        (dt.date(1926, 12, 24), "大正15年12月24日"),
        (dt.date(1912, 7, 29), "明治45年7月29日"),
        (dt.date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_an_era_changes_on_its_day(day: dt.date, shown: str) -> None:
    assert wareki(day) == shown
    assert parse_date(shown) == day


def test_a_print_carries_both_calendars_and_older_days_only_the_western() -> None:
    assert both_calendars(dt.date(2026, 11, 23)) == "令和8年11月23日（2026年11月23日）"
    assert both_calendars(dt.date(1872, 12, 31)) == "1872年12月31日"
    assert era_year(dt.date(1868, 1, 1)) == "1868年"


@pytest.mark.parametrize(
    "text",
    [
        "R8.11.23",
        "Ｒ８．１１．２３",
        "r8/11/23",
        "令和8年11月23日",
        "2026-11-23",
        " 2026/11/23 ",
        "２０２６年１１月２３日",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_date(text) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["", "8.11.23", "R8.13.1", "2026-02-30", "X8.1.1", "R0.1.1", "あした", "R8.11"]
)
def test_no_day_is_guessed(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)


def test_an_era_that_ended_is_still_read() -> None:
    assert parse_date("S64.2.1") == dt.date(1989, 2, 1)
    assert parse_date("令和元年5月1日") == dt.date(2019, 5, 1)


def test_the_fiscal_year_begins_in_april() -> None:
    assert [fiscal_year(dt.date(2026, 3, 31)), fiscal_year(dt.date(2026, 4, 1))] == [2025, 2026]
    assert fiscal_year_name(2026) == "令和8年度"
    assert fiscal_year_name(2019) == "令和元年度"


def test_a_moment_belongs_to_its_day_in_tokyo() -> None:
    evening = dt.datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo("UTC"))
    assert local_date(evening) == dt.date(2026, 11, 23)
    shown = Template("{{ moment|when }}").render(Context({"moment": evening}))
    year = "" if timezone.localdate().year == 2026 else "2026年"
    assert shown == f'<time datetime="2026-11-23T00:30:00+09:00">{year}11月23日（月）0時30分</time>'


def test_readings_become_ruby() -> None:
    assert furigana("｜花見川《はなみがわ》区役所《くやくしょ》") == (
        "<ruby>花見川<rp>(</rp><rt>はなみがわ</rt><rp>)</rp></ruby><ruby>区役所<rp>(</rp><rt>くやくしょ</rt><rp>)</rp></ruby>"
    )
    assert nofurigana("｜花見川《はなみがわ》区役所《くやくしょ》へ") == "花見川区役所へ"


def test_a_reading_cannot_carry_markup() -> None:
    shown = furigana("区《<script>alert(1)</script>》<b>")
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


def test_a_persons_text_keeps_its_lines_and_loses_its_markup() -> None:
    shown = Template("{{ text|paragraphs }}").render(Context({"text": "一行目\r\n<b>二</b>\n\n三"}))
    assert shown == "<p>一行目<br>&lt;b&gt;二&lt;/b&gt;</p><p>三</p>"
