"""What this module offers to the ground and to the core of consultations: called once when Django is ready."""

from chiba_ward.access import readlog
from chiba_ward.casework import my_work
from chiba_ward.directory import succession
from consultations import demo, joint


def register_all() -> None:
    from consultations.support import (
        admin,  # noqa: F401  (tables that a city edits)
        cards,
        decisions,
        documents,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from consultations.support.demo import load
    from consultations.support.services.consents import fall_back
    from consultations.support.services.succession import follow, take_over

    joint.register(
        decision=decisions.of_case,
        withdrawn=fall_back,
        cards=cards.of_case,
        columns=cards.columns,
        moved=follow,
    )
    demo.register(load)
    my_work.register(work.groups)
    documents.register()
    succession.register(take_over)
    register_in_read_log()


def register_in_read_log() -> None:
    from consultations.registrations import id_of_number

    readlog.register_kind("support_meeting", "会議")
    readlog.register_kind("support_plan", "支援プラン")
    readlog.register_kind("role_task", "役割分担")
    readlog.register_target("support:", "number", "consultation", find=id_of_number)
    for face in ("support", "support_partner"):
        for view in ("meeting", "act", "approve", "print"):
            readlog.register_target(f"{face}:{view}", "pk", "support_meeting")
        readlog.register_target(f"{face}:plan", "pk", "support_plan")
        readlog.register_target(f"{face}:task", "pk", "role_task")
