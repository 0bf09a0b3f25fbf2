"""What this module offers to the ground and to the core of consultations: called once when Django is ready."""

from chiba_ward.access import readlog, ways_in
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework import my_work
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from consultations import demo, joint, lines

LINES = {
    "centre.registered": "進行管理台帳に載せた（{category}）",
    "centre.evaluated": "進行管理台帳の評価を記録した（{category}）",
    "centre.lead_named": "進行管理の主担当機関を{office}に替えた",
    "centre.ended": "進行管理台帳から外した（{reason}）",
    "centre.plan_started": "サポートプラン{sequence}を作り始めた",
    "centre.plan_handed": "サポートプラン{sequence}を本人に渡した",
    "centre.plan_ended": "サポートプラン{sequence}を終えた",
    "centre.transfer_asked": "{office}に移管を頼んだ",
    "centre.transfer_accepted": "{office}が移管を名前で受け入れた",
    "centre.transfer_returned": "{office}が移管を返した",
    "centre.transfer_withdrawn": "{office}への移管を取りやめた",
}


def register_all() -> None:
    from consultations.centre import (
        admin,  # noqa: F401  (tables that a city edits)
        cards,
        documents,
        indicators,  # noqa: F401  (declares them)
        relations,  # noqa: F401  (writes what the policy grants)
        work,
    )
    from consultations.centre.demo import load
    from consultations.centre.services.succession import take_over
    from consultations.centre.services.transfers import end_when_enclosed

    lines.register(LINES)
    joint.register(cards=cards.of_case, columns=cards.columns)
    demo.register(load)
    my_work.register(work.groups)
    documents.register()
    succession.register(take_over)
    compartments.when_enclosed(end_when_enclosed)
    ways_in.register_shortcut(ways_in.Shortcut(ledger_label, "centre:ledger"), after="support:tasks")
    ways_in.register_shortcut(ways_in.Shortcut(transfers_label, "centre:transfers"), after="centre:ledger")
    register_in_read_log()


def ledger_label(actor: Actor) -> str:
    """Under the name of the day; nothing for whoever is in another section."""
    from consultations.centre import names

    return f"{names.of_actor(actor).name}の進行管理台帳" if allows(actor, "progress_entry.list") else ""


def transfers_label(actor: Actor) -> str:
    return "区の間の移管" if allows(actor, "case_transfer.list") else ""


def register_in_read_log() -> None:
    from consultations.registrations import id_of_number

    readlog.register_kind("progress_entry", "進行管理台帳")
    readlog.register_kind("child_plan", "サポートプラン")
    readlog.register_kind("case_transfer", "区の間の移管")
    readlog.register_target("centre:", "number", "consultation", find=id_of_number)
    for view in ("entry", "act", "plan_new"):
        readlog.register_target(f"centre:{view}", "pk", "progress_entry")
    for view in ("plan", "plan_act", "plan_print"):
        readlog.register_target(f"centre:{view}", "pk", "child_plan")
    for view in ("transfer", "transfer_act"):
        readlog.register_target(f"centre:{view}", "pk", "case_transfer")
