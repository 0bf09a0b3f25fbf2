"""From what happened to one consultation to the rows that hang on it."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from bench.city import handovers, terms, words
from bench.city.clock import DAY, Clock
from bench.city.directory import Desk, Directory
from bench.city.plan import RISK, Case
from bench.rows import FIRST_ID, NO, NULL, YES, Lines, receipt_no, sealed

HASH = "$argon2id$v=19$m=65536,t=3,p=4$" + "bench" * 4 + "$" + "nobody" * 7


class Writer:
    """Writes everything that hangs on one case."""

    def __init__(self, directory: Directory, clock: Clock, lines: Lines, dice: Random) -> None:
        self.directory, self.lines, self.dice = directory, lines, dice
        self.at: Callable[[int], str] = clock.text
        self.clock = clock

    def write(self, case: Case) -> None:
        pk = FIRST_ID + case.number
        self._matter(pk, case)
        texts = self.dice.choice(words.CONCERNS[case.subject]), self._body(case)
        self._consultation(pk, case, texts)
        people = self._people(pk, case)
        self.lines.add("casework_searchterms", *terms.line(pk, receipt_no(case.number), texts, people))
        self._promises(pk, case)
        self._talk(pk, case)
        for place, _ in enumerate(case.handovers):
            handovers.write(self, pk, case, place)

    # --- the record itself

    def _matter(self, pk: int, case: Case) -> None:
        at = self.at(case.received)
        self.lines.add("casework_matter", pk, receipt_no(case.number), "consultation", NO, at)
        self.lines.add("casework_casecredential", pk, HASH, at)

    def _consultation(self, pk: int, case: Case, texts: tuple[str, str]) -> None:
        dice, table = self.dice, "consultations_consultation"
        channel = dice.choices(("web", "counter", "telephone", "post"), (45, 25, 26, 4))[0]
        kind = dice.choices(("self", "family", "neighbour", "supporter", "anonymous"), (60, 28, 5, 4, 3))[0]
        holder = self._posting(case.desk, case.holder)
        ended = self.at(case.ended) if case.ended else NULL
        fields = {
            case.subject,
            *dice.sample(("health", "housing", "work"), dice.choices((0, 1, 2), (6, 3, 1))[0]),
        }
        self.lines.add(
            table, pk, case.state, channel,
            case.triage.postings[pk % len(case.triage.postings)] if channel != "web" else NULL,
            self._user(case, channel), kind, sealed(table, "relation", pk, "母" if kind == "family" else ""),
            case.ward.pk if case.ward else NULL, self._town(case), dice.choice(self.directory.topics),
            sealed(table, "chief_concern", pk, texts[0]), sealed(table, "body", pk, texts[1]),
            case.urgency, RISK[case.urgency] if case.urgency else (1 if dice.random() < 0.04 else 3), "",
            self._flags(kind), self._owner(case).pk, case.desk.pk, NULL, holder, "ja",
            self.at(case.received), self.at(case.due), self.at(case.acted) if case.is_waiting else NULL,
            self.at(case.acted) if case.holder >= 0 else NULL, self.at(case.acted) if case.acted else NULL,
            (case.acted - case.received) // 3 if case.acted else NULL, "",
            dice.choice(("advised", "advised", "connected", "continuing")) if case.state == "closed" else "",
            sealed(table, "outcome_note", pk, ""), ended, NULL, case.unread,
            *(("self", "none", "", "") if channel == "counter" else ("", "", "", "")), self._suspected(case), "",
            sealed(table, "single_reason", pk, "この課だけで足りる" if case.ended and len(fields) > 1 else ""),
        )  # fmt: skip
        for code in sorted(fields if case.acted else ()):
            table = "consultations_consultation_fields"
            self.lines.add(table, self.lines.new_id(table), pk, self.directory.fields[code])

    def _owner(self, case: Case) -> Desk:
        """The partner that accepted leads; the desk of the house goes on seeing to it."""
        taken = [one for one in case.handovers if one.state in ("accepted", "contact_made")]
        return taken[0].to if taken else case.desk

    def _user(self, case: Case, channel: str) -> object:
        if channel != "web" or self.dice.random() > 0.2:
            return NULL
        if case.number % 4_999 == 0:
            return self.directory.named_resident
        return self.dice.choice(self.directory.residents)

    def _town(self, case: Case) -> object:
        towns = case.ward.towns if case.ward else ()
        return self.dice.choice(towns) if towns and self.dice.random() < 0.6 else NULL

    def _flags(self, kind: str) -> str:
        found = ["third_party"] if kind in ("family", "neighbour", "supporter") else []
        if self.dice.random() < 0.02:
            found.append(self.dice.choice(("suicide_risk", "medical_power")))
        return "{" + ",".join(found) + "}"

    def _suspected(self, case: Case) -> str:
        """A handful at any time: confirmed they would lie in a room, dismissed they have no mark."""
        is_new = case.state == "received" and self.dice.random() < 0.01
        return "{" + (self.dice.choice(("abuse_elder", "dv")) if is_new else "") + "}"

    def _body(self, case: Case) -> str:
        dice = self.dice
        parts = [dice.choice(words.OPENINGS), *dice.sample(words.MIDDLES, 2), dice.choice(words.ENDINGS)]
        for word, one_in in ((words.MIDDLE, words.MIDDLE_OF), (words.RARE, words.RARE_OF)):
            if case.number % one_in == one_in // 2:
                parts.append(words.SELDOM[word])
        if dice.random() < 0.08:
            parts.append(words.SELDOM[words.FREQUENT])
        return "".join(parts)

    # --- persons and how they are reached

    def _people(self, pk: int, case: Case) -> list[dict[str, str]]:
        """Who it is about and how they are reached; returns what they are found by."""
        dice, i = self.dice, case.number
        name, kana = words.PEOPLE[i * 7_919 % len(words.PEOPLE)]
        phone = words.phone_of(i)
        address = (
            f"見本市{case.ward.name if case.ward else ''}{dice.choice(words.TOWNS)}{i % 30 + 1}-{i % 17 + 1}"
        )
        people = [{"name": name, "kana": kana, "phone": phone, "address": address}]
        self._party(pk, "consulter", name, kana, phone, address)
        if dice.random() < 0.3:
            other, reading = words.PEOPLE[(i * 7_919 + 13) % len(words.PEOPLE)]
            self._party(pk, "subject", other, reading, "", "")
            people.append({"name": other, "kana": reading})
        wish = dice.choices(("portal", "email", "call", "letter"), (35, 30, 25, 10))[0]
        table = "correspondence_contactcard"
        self.lines.add(
            table, pk, wish, sealed(table, "name", pk, name),
            sealed(table, "email", pk, f"mihon{i}@demo.example.jp" if wish == "email" else ""),
            sealed(table, "phone", pk, phone if wish == "call" else ""), sealed(table, "postal_code", pk, "2600000" if wish == "letter" else ""),
            sealed(table, "address", pk, address if wish == "letter" else ""),
            YES if wish == "email" else NO, YES if wish == "call" else NO, YES if wish == "letter" else NO,
            NULL, NULL, NO, YES, NO, sealed(table, "forbidden", pk, ""), "ja", NO,
            sealed(table, "accommodation", pk, ""),
        )  # fmt: skip
        self._notices(pk, case, wish)
        return people

    def _party(self, case: int, kind: str, name: str, kana: str, phone: str, address: str) -> None:
        table = "consultations_party"
        pk = self.lines.new_id(table)
        self.lines.add(
            table, pk, case, kind, sealed(table, "name", pk, name), sealed(table, "kana", pk, kana),
            sealed(table, "known_as", pk, ""), sealed(table, "relation", pk, ""), "", sealed(table, "phone", pk, phone),
            sealed(table, "postal_code", pk, ""),
            sealed(table, "address", pk, address), sealed(table, "contact_note", pk, ""),
        )  # fmt: skip

    # --- promises

    def _promises(self, pk: int, case: Case) -> None:
        taken = case.acted if case.holder >= 0 else case.ended
        self.promise(pk, case, "consultation.take", case.triage, case.received, 1, taken)
        self.promise(pk, case, "consultation.reply", case.desk, case.received, 3, case.acted or case.ended)
        if case.is_open and case.acted:
            self.promise(pk, case, "consultation.next_look", case.desk, case.acted, 0, 0, due=case.due)

    def promise(
        self, matter: int, case: Case, kind: str, office: Desk, begun: int, days: int, met: int,
        key: object = "", due: int = 0,
    ) -> None:  # fmt: skip
        table, rule = "casework_deadline", self.directory.rule(kind, case.urgency)
        pk, due = self.lines.new_id(table), due or self.clock.closing_after(begun, days)
        paused = self.at(case.acted) if case.is_waiting and not met and kind.endswith("reply") else NULL
        self.lines.add(
            table, pk, matter, rule.pk, kind, key, office.pk, self.at(begun), self.at(due), paused,
            self.at(met) if met else NULL, NULL, 0,
        )  # fmt: skip
        for place, code in enumerate(rule.steps):
            table, step_due = "casework_deadlinestep", due + place * DAY
            fired = step_due < (met or self.clock.now)
            self.lines.add(
                table, self.lines.new_id(table), pk, code, self.at(step_due),
                self.at(step_due) if fired else NULL, 0,
            )  # fmt: skip

    # --- the conversation and the timeline

    def _talk(self, pk: int, case: Case) -> None:
        office = {"office": case.desk.name}
        self.line(pk, case.received, "consultation.received", "citizen", {"channel": "web"})
        if not case.acted:
            return
        own: dict[str, Any] = {"by": case.desk, "holder": max(case.holder, 0)}
        self.line(pk, case.acted, "consultation.assigned", "citizen", office, **own)
        if case.holder >= 0:
            self.line(pk, case.acted, "consultation.taken", "citizen", office, **own)
        self.line(pk, case.acted, "consultation.urgency_set", "house", {"level": case.urgency}, **own)
        self.line(pk, case.acted, "consultation.fields_set", "house", {}, **own)
        for _ in range(case.notes):
            self.line(
                pk,
                self._later(case),
                "consultation.note",
                "house",
                {},
                text=self.dice.choice(words.NOTES),
                **own,
            )
        self._messages(pk, case, own)
        if case.ended:
            kind = "consultation.closed" if case.state == "closed" else "consultation.withdrawn"
            self.line(pk, case.ended, kind, "citizen", {}, **own)

    def _later(self, case: Case) -> int:
        return self.dice.randint(case.acted, max(case.acted, case.ended or self.clock.now))

    def _messages(self, pk: int, case: Case, own: dict[str, Any]) -> None:
        """The reply first, then as many exchanges as there were, question and answer in turn."""
        if not case.is_replied:
            return
        moments = sorted(self._later(case) for _ in range(case.messages))
        turns = [
            (case.acted, "out"),
            *((at, "in" if place % 2 == 0 else "out") for place, at in enumerate(moments)),
        ]
        for place, (at, direction) in enumerate(turns):
            is_unread = case.unread and direction == "in" and place >= len(turns) - 2 * case.unread
            self._message(pk, case, at, direction, is_read=not is_unread)
            kind = "consultation.replied" if direction == "out" else "consultation.message_received"
            who = own if direction == "out" else {}
            self.line(pk, at, kind, "citizen", {"office": case.desk.name} if who else {}, **who)

    def _message(self, case_pk: int, case: Case, at: int, direction: str, *, is_read: bool) -> None:
        table = "consultations_citizenmessage"
        pk, is_out = self.lines.new_id(table), direction == "out"
        text = self.dice.choice(words.REPLIES if is_out else words.ANSWERS)
        self.lines.add(
            table, pk, case_pk, direction, self.at(at),
            case.desk.postings[max(case.holder, 0)] if is_out else NULL, case.desk.name if is_out else "", "",
            sealed(table, "body", pk, text), self.at(at) if is_read and not is_out else NULL,
        )  # fmt: skip

    def line(
        self, matter: int, at: int, kind: str, audience: str, data: dict[str, Any], *, text: str = "",
        by: Desk | None = None, holder: int = 0,
    ) -> None:  # fmt: skip
        table = "casework_timelineentry"
        pk = self.lines.new_id(table)
        label = by.labels[holder] if by else "相談者"
        self.lines.add(
            table, pk, matter, self.at(at), kind, audience, label, by.postings[holder] if by else NULL,
            sealed(table, "text", pk, text), json.dumps(data, ensure_ascii=False) if data else "{}",
        )  # fmt: skip

    # --- notices

    def _notices(self, pk: int, case: Case, wish: str) -> None:
        self._notice(pk, case, "consultation.received", case.triage, case.received, wish)
        if case.is_replied:
            self._notice(pk, case, "consultation.replied", case.desk, case.acted, wish)

    def _notice(self, matter: int, case: Case, key: str, office: Desk, at: int, wish: str) -> None:
        table = "correspondence_notice"
        pk = self.lines.new_id(table)
        self.lines.add(table, pk, matter, key, "citizen", office.pk, NULL, "{}", self.at(at))
        self._delivery(matter, pk, "portal", "shown", office, at)
        if wish == "portal":
            return
        is_fresh = at > self.clock.now - 2 * DAY and case.is_open
        state = {"email": "sent", "call": "to_call" if is_fresh else "called",
                 "letter": "to_print" if is_fresh else "printed"}[wish]  # fmt: skip
        self._delivery(matter, pk, wish, state, office, at)

    def _delivery(self, matter: int, notice: int, medium: str, state: str, office: Desk, at: int) -> None:
        table, when = "correspondence_delivery", self.at(at)
        pk, is_settled = self.lines.new_id(table), not state.startswith("to_")
        by_hand = office.postings[notice % len(office.postings)] if state in ("called", "printed") else NULL
        self.lines.add(
            table, pk, notice, medium, state, "", office.pk, NULL, when, when if is_settled else NULL, by_hand,
            f"<{pk}@bench.demo.example.jp>" if medium == "email" else "", NULL, NULL,
        )  # fmt: skip
        if medium == "email":
            table = "outbox_outboxentry"
            self.lines.add(
                table, self.lines.new_id(table), "correspondence.mail", f'{{"delivery_id": {pk}}}', f"mail:{pk}",
                when, when, 0, "", NULL, NULL, when, NULL, NULL, matter,
            )  # fmt: skip

    def _posting(self, desk: Desk, place: int) -> object:
        return desk.postings[place] if place >= 0 else NULL
