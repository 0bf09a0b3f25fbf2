"""仕事の入口: the links below the day's work, by what somebody wants to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Shortcut:
    """A route that this process does not serve, or that the policy shuts to the actor, is left out.

    A name that the city may change is asked of `label` when the page is made; where it says nothing, there is no link.
    """

    label: str | Callable[[Any], str]
    url_name: str

    def label_for(self, actor: Any) -> str:
        return self.label if isinstance(self.label, str) else self.label(actor)


WAYS: dict[str, list[Shortcut]] = {
    "相談を受ける・進める": [
        Shortcut("相談の一覧", "staff:queue"),
        Shortcut("窓口・電話で受けた相談を入力する", "staff:entry_start"),
        Shortcut("ほかへお願いした件の一覧", "staff:referrals_placed"),
        Shortcut("会議", "support:meetings"),
        Shortcut("会議・プランで受け持った役割", "support:tasks"),
    ],
    "命と身体を守る": [
        Shortcut("通告を電話で受けた（虐待・DV）", "protection:enter"),
        Shortcut("保護が必要な相談", "protection:index"),
        Shortcut("48時間を過ぎた番号", "protection:alarms"),
        Shortcut("支援措置などの登録簿", "hold:index"),
        Shortcut("緊急の開示（命にかかわるとき）", "break_glass:ask"),
        Shortcut("緊急の開示（確認）", "break_glass:index"),
    ],
    "電話と手紙": [
        Shortcut("電話をかける一覧", "correspondence:calls"),
        Shortcut("印刷する手紙", "correspondence:print_queue"),
    ],
    "見直しと数字": [
        Shortcut("取組の進み具合", "progress:index"),
        Shortcut("専門職の配置", "staffing:index"),
        Shortcut("担当外の閲覧（所属長の確認）", "outside_duty:index"),
        Shortcut("閲覧記録", "read_log:index"),
    ],
    "外部との連携": [
        Shortcut("連携トークン（外部システムの鍵）", "integrations:tokens"),
        Shortcut("連携の通知先", "integrations:endpoints"),
    ],
}


def register_shortcut(shortcut: Shortcut, *, after: str) -> None:
    """A module adds its own link below that of the view `after`, from its `AppConfig.ready`; twice counts once."""
    ways, place = next(
        (ways, place)
        for ways in WAYS.values()
        for place, one in enumerate(ways, start=1)
        if one.url_name == after
    )
    if shortcut not in ways:
        ways.insert(place, shortcut)


def register_way(title: str, *shortcuts: Shortcut) -> None:
    """A module adds a title of its own, before 「見直しと数字」; what stands under it already counts once."""
    before = [name for name in WAYS if name in ("見直しと数字", "外部との連携")]
    ways = WAYS.setdefault(title, [])
    ways += [one for one in shortcuts if one not in ways]
    for name in before:
        WAYS[name] = WAYS.pop(name)


def ways_in(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Title, and label and address of the links that this actor may follow; no title without a link."""
    from chiba_ward.access.actor import actor_of_request
    from chiba_ward.access.policy import opens

    actor = actor_of_request(request)
    found: dict[str, list[tuple[str, str]]] = {}
    for title, ways in WAYS.items():
        for way in (way for way in ways if opens(actor, way.url_name)):
            label, url = way.label_for(actor), address_of(way.url_name)
            if label and url:
                found.setdefault(title, []).append((label, url))
    return list(found.items())


def address_of(url_name: str, *args: int | str) -> str:
    """The address of a page, or nothing if this process does not serve that face."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
