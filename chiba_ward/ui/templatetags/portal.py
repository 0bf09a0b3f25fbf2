"""The tag library ``portal``: components, icons, Japanese dates and readings. Loaded in every template."""

from __future__ import annotations

import datetime as dt

from django import template
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiba_ward.ui import components, due, furigana, icons, japanese_dates
from chiba_ward.ui.forms import dress

# The first sign that is found counts: Edge calls itself Chrome and Safari too, Android also Linux.
BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)

register = template.Library()
components.register(register)
register.simple_tag(icons.icon, name="icon")
register.filter("furigana", furigana.furigana, is_safe=True)
register.filter("nofurigana", furigana.nofurigana)
register.filter("message_tone", components.message_tone)
register.filter("due", due.due)
register.filter("due_state", due.due_state)


@register.simple_tag
def plain_form(form: BaseForm) -> SafeString:
    """A form of another package (sign-in) in the portal's layout."""
    return dress(form).render()


@register.filter
def wareki(moment: dt.date | dt.datetime | None) -> str:
    """「令和8年11月23日（2026年11月23日）」, in English 23 November 2026; the empty text for None."""
    if not moment:
        return ""
    date = japanese_dates.local_date(moment)
    return date_format(date, "j F Y") if _is_english() else japanese_dates.both_calendars(date)


@register.filter
def era_day(moment: dt.date | dt.datetime | None) -> str:
    """「令和8年11月23日」."""
    return japanese_dates.wareki(japanese_dates.local_date(moment)) if moment else ""


@register.filter
def day(moment: dt.date | dt.datetime | None) -> SafeString | str:
    """「11月23日（月）」 as ``<time>``, with the year if it is another one."""
    if not moment:
        return ""
    date = japanese_dates.local_date(moment)
    return _time(date.isoformat(), _short_day(date))


@register.filter
def when(moment: dt.datetime | dt.date | None) -> SafeString | str:
    """「11月23日（月）14時05分」 (in English Mon 23 Nov, 14:05) in Asia/Tokyo as ``<time>``, with the year if it is another one."""
    if not isinstance(moment, dt.datetime):
        return day(moment)
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    clock = f", {local:%H:%M}" if _is_english() else f"{local.hour}時{local.minute:02d}分"
    shown = f"{_short_day(local.date())}{clock}"
    return _time(local.isoformat(timespec="seconds"), shown)


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def _short_day(date: dt.date) -> str:
    is_other_year = date.year != timezone.localdate().year
    if _is_english():
        return date_format(date, "D j M Y" if is_other_year else "D j M")
    year = f"{date.year}年" if is_other_year else ""
    return f"{year}{date.month}月{date.day}日（{japanese_dates.WEEKDAYS[date.weekday()]}）"


def _time(machine: str, shown: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, shown)


@register.filter
def paragraphs(text: object) -> SafeString:
    """A person's text with its paragraphs and line breaks, escaped."""
    blocks = [block for block in str(text).replace("\r\n", "\n").split("\n\n") if block.strip()]
    return format_html_join("", "<p>{}</p>", ((_lines(block),) for block in blocks))


def _lines(block: str) -> SafeString:
    return format_html_join(
        SafeString("<br>"), "{}", ((conditional_escape(line),) for line in block.split("\n"))
    )


@register.filter
def tel(number: object) -> str:
    """The address of a telephone link: ``tel:0432452111``; short numbers keep their sign, ``tel:%239110``."""
    return "tel:" + "".join(sign for sign in str(number) if sign.isdigit() or sign in "+#").replace(
        "#", "%23"
    )


@register.filter
def device(user_agent: object) -> str:
    """「Chrome（Windows）」: what a browser says of itself, in the words on its icon."""
    text = str(user_agent)
    browser = next((name for sign, name in BROWSERS if sign in text), _("ブラウザー"))
    system = next((name for sign, name in SYSTEMS if sign in text), "")
    return f"{browser}（{system}）" if system else str(browser)


@register.filter
def file_size(size: object) -> str:
    """「320KB」 or 「1.2MB」; the empty text if unknown."""
    if not isinstance(size, int):
        return ""
    return f"{size / 1_048_576:.1f}MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))}KB"
