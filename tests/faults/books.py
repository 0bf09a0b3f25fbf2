"""Reads the portal's own tables, past its code: what was kept, what is owed, what stands half-written."""

from typing import Any

import psycopg2
from django.test.utils import override_settings

from chiba_ward.sealed.envelope import Sealed

# A consultation that lacks one of these was written by halves.
PARTS = {
    "consultation": "SELECT 1 FROM consultations_consultation c WHERE c.matter_id = m.id",
    "credential": "SELECT 1 FROM casework_casecredential c WHERE c.matter_id = m.id",
    "contact": "SELECT 1 FROM correspondence_contactcard c WHERE c.matter_id = m.id",
    "received": "SELECT 1 FROM casework_timelineentry t WHERE t.matter_id = m.id AND t.kind = 'consultation.received'",
    "take": "SELECT 1 FROM casework_deadline d WHERE d.matter_id = m.id AND d.kind = 'consultation.take'",
    "reply": "SELECT 1 FROM casework_deadline d WHERE d.matter_id = m.id AND d.kind = 'consultation.reply'",
    "notice": "SELECT 1 FROM correspondence_notice n WHERE n.matter_id = m.id",
    "draft": "SELECT 1 FROM casework_draft f WHERE f.matter_id = m.id",
}
OWED = """
SELECT count(*) FROM outbox_outboxentry
WHERE done_at IS NULL AND cancelled_at IS NULL AND dead_at IS NULL AND available_at < now() + interval '1 minute'
"""


class Books:
    """Each question is a transaction of its own; the connection is opened again when the database was away."""

    def __init__(self, url: str, seal_keys: str) -> None:
        self.url, self.seal_keys = url, seal_keys
        self.connection: Any = None

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        if self.connection is None:
            self.connection = psycopg2.connect(self.url)
            self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

    def one(self, sql: str, *values: Any) -> Any:
        return self.ask(sql, *values)[0][0]

    def matters(self) -> set[str]:
        return {row[0] for row in self.ask("SELECT receipt_no FROM casework_matter")}

    def matters_of(self, address: str) -> list[int]:
        """The matters whose card has this address: every envelope is opened, since the database cannot compare them."""
        cards = self.ask(
            "SELECT matter_id, email FROM correspondence_contactcard WHERE email <> '' ORDER BY 1"
        )
        with override_settings(PORTAL_SEAL_KEYS=self.seal_keys):
            return [
                matter
                for matter, email in cards
                if Sealed(bytes(email)).open("correspondence_contactcard", "email", matter) == address
            ]

    def cases_of(self, address: str) -> list[str]:
        """Their receipt numbers."""
        rows = self.ask("SELECT receipt_no FROM casework_matter WHERE id = ANY(%s)", self.matters_of(address))
        return [row[0] for row in rows]

    def half_written(self) -> dict[str, int]:
        """Matters that lack a part, and consultations or matters that hang on nothing, by what is missing."""
        counts = {
            name: self.one(f"SELECT count(*) FROM casework_matter m WHERE NOT EXISTS ({part})")
            for name, part in PARTS.items()
        }
        mails = "SELECT 1 FROM outbox_outboxentry o WHERE o.key = 'mail:' || d.id"
        counts["mail"] = self.one(
            "SELECT count(*) FROM correspondence_delivery d WHERE d.medium = 'email' AND NOT EXISTS ("
            + mails
            + ")"
        )
        return {name: count for name, count in counts.items() if count}

    def owed(self) -> int:
        """Effects whose time has come, or comes within a minute, and that are not done."""
        return int(self.one(OWED))

    def dead(self) -> int:
        return int(self.one("SELECT count(*) FROM outbox_outboxentry WHERE dead_at IS NOT NULL"))

    def unmade(self) -> int:
        """Documents that somebody waits for."""
        return int(self.one("SELECT count(*) FROM documents_document WHERE state NOT IN ('done', 'failed')"))

    def is_settled(self) -> bool:
        return self.owed() == 0 and self.unmade() == 0

    def unfinished(self) -> str:
        """For the message of a test that waited in vain."""
        entries = self.ask(
            "SELECT id, kind, attempts, last_error, available_at, leased_until, swept_at FROM outbox_outboxentry"
            " WHERE done_at IS NULL AND cancelled_at IS NULL ORDER BY id LIMIT 8"
        )
        documents = self.ask(
            "SELECT kind, state, attempts, started_at, error FROM documents_document WHERE state <> 'done' LIMIT 8"
        )
        return "\n".join(map(str, [*entries, *documents]))

    def mail_states(self, address: str) -> list[str]:
        """The states of every mail owed to a resident's address."""
        return [
            row[0]
            for row in self.ask(
                "SELECT d.state FROM correspondence_delivery d JOIN correspondence_notice n ON n.id = d.notice_id"
                " WHERE d.medium = 'email' AND n.recipient_kind = 'citizen' AND n.matter_id = ANY(%s) ORDER BY d.id",
                self.matters_of(address),
            )
        ]
