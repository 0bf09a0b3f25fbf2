"""What this package offers to the ground and to the consultations below it: filled in when Django is ready."""

from chiba_ward.access import readlog
from chiba_ward.casework import my_work, steps
from consultations import demo, lines, protecting

LINES = {
    "protection.confirmed": "保護が必要な相談（{kinds}）と確かめ、区画に移した",
    "protection.handed_off": "電話で引き継いだ",
    "protection.receipt_confirmed": "引継ぎ先が受けたことを確かめた",
    "protection.checked": "安全確認：{result}",
    "protection.escalated": "{to}に知らせた（時計のため）",
    "protection.sealed": "終結した（{until}まで保存）",
    "protection.notifier_read": "通告した人の記録を開いた",
}


def register_all() -> None:
    from consultations.protection import (
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from consultations.protection.demo import load
    from consultations.protection.services import alarms
    from consultations.protection.views.leaving import Door
    from consultations.registrations import id_of_number

    lines.register(LINES)
    protecting.register(Door())
    demo.register(load)
    my_work.register(work.groups)
    steps.register_step("protection.safety_check", alarms.on_safety)
    steps.register_step("protection.hand_over", alarms.on_hand_over)
    readlog.register_kind("notifier", "通告した人")
    readlog.register_kind("alarm", "48時間を過ぎた番号")
    readlog.register_target("protection:", "number", "consultation", find=id_of_number)
    readlog.register_target("protection:", "pk", "alarm")
