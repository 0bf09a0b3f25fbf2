"""閲覧記録: who read, searched, exported or was refused what (ASSURANCE AU1-AU4). This is the module's face.

A view says in one line what it showed:

    readlog.saw("consultation", [case.pk])                                    # one case was opened
    readlog.saw("consultation", [row.pk for row in rows], verb=Verb.LIST, words=q)
    rows = readlog.exported("consultation", queryset.iterator(chunk_size=1000))    # a streamed file

`ReadLogMiddleware` writes one row of it after the view, outside its transaction, and a row for every refusal.
Outside requests there is `record`. A route that shows nothing personal stands in `nothing_personal.txt`.
"""

from chiba_ward.access.enums import Verb
from chiba_ward.access.readlog.collector import because, event, exported, outside_duty, same_surname, saw
from chiba_ward.access.readlog.kinds import register_kind, register_opening_hours, register_target
from chiba_ward.access.readlog.writing import record

__all__ = [
    "Verb",
    "because",
    "event",
    "exported",
    "outside_duty",
    "record",
    "register_kind",
    "register_opening_hours",
    "register_target",
    "same_surname",
    "saw",
]
