"""What this package announces when Django is ready: its words in the read log, the scan of files, its duties."""

from chiba_ward.access import readlog
from chiba_ward.casework import (
    audit_work,
    checks,  # noqa: F401  (the scanner's setting)
    file_duties,
    file_owners,
    my_work,
    outside_duty,
    relations,  # noqa: F401  (writes what the policy grants)
    sentences,
    timeline,
)
from chiba_ward.casework.calendars import is_working_time
from chiba_ward.casework.file_sentences import SENTENCES
from chiba_ward.casework.scans import SCAN, ScanEffect
from chiba_ward.casework.succession import take_over
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from chiba_ward.outbox.effects import outside_effect


def register_all() -> None:
    succession.register(take_over)
    readlog.register_kind("attachment", "添付ファイル")
    readlog.register_kind("draft", "書きかけ")
    readlog.register_kind("outside_duty", "担当外の閲覧")
    readlog.register_target("casework:", "pk", "attachment")
    readlog.register_opening_hours(is_working_time)
    for kind, words in SENTENCES.items():
        sentences.register(kind, words)
    sentences.register("matter.enclosed", "区画に移しました。")
    compartments.when_enclosed(timeline.record_enclosure)
    outside_effect(SCAN, ScanEffect())
    file_owners.register()
    my_work.register(file_duties.file_duties)
    my_work.register(outside_duty.work)
    my_work.register(audit_work.work)
