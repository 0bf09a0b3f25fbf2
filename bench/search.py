"""How fast sealed words are found: `PORTAL_DATA_DIR=/tmp/x python3 manage.py shell -c "from bench import search; search.main(100_000)"`.

Fills an empty portal with invented consultations by COPY, sealed and indexed as the portal does it, and asks. Everything is
seeded. The floor of the same run is one indexed query of 25 rows in a plain template, as docs/results/search.md says.
"""

import datetime as dt
import io
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template import Context, Template
from django.test import Client, override_settings
from django.utils import timezone

from chiba_ward.access.doors import ENROLLED_KEY
from chiba_ward.access.models import User
from chiba_ward.casework.models import SearchTerms
from chiba_ward.casework.search import question, terms, words
from chiba_ward.casework.search.question import Question
from chiba_ward.casework.search.terms import SCHEME, Findable
from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models import Office
from chiba_ward.sealed import envelope
from consultations import search
from consultations.models import Consultation

FAMILY = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "花見川", "桜木"]
GIVEN = [f"{a}{b}" for a in "花春夏秋冬美智和正幸良" for b in "子代江男夫樹斗香"]
PLACES = [
    f"{name}{n}丁目"
    for name in ("千葉港", "都賀", "幕張本郷", "高洲", "誉田町", "小仲台", "若松町")
    for n in range(1, 9)
]
COMMON = [
    "母の介護",
    "父の物忘れ",
    "生活費",
    "近所の騒音",
    "子どもの預け先",
    "引っ越しの手続き",
    "年金の書類",
    "放置自転車",
    "水道管の漏水",
]
SENTENCES = [
    "{who}のことで困っています。", "{what}について相談したいです。", "{where}に住んでいます。", "夜中に{where}の方へ出ていくことがあります。",
    "どこに連絡すればよいか分かりません。", "一人暮らしで、{what}のことを頼める人がいません。", "先月から仕事を休んでいます。",
    "電話は夕方にしてください。", "{who}の体調が悪く、病院に行けていません。", "役所の手続きが多くて疲れました。",
]  # fmt: skip
WHO = ["母", "父", "夫", "妻", "息子", "娘", "祖母", "となりの人"]
RARE, MIDDLE, FREQUENT = "蜂の巣", "漏水", "手続き"  # in 1 of 5,000, 1 of 30 and every third
OPEN_SHARE = 0.029
MATTER = ("id", "receipt_no", "kind", "is_drill", "created_at")
CASE = (
    "matter_id", "state", "channel", "consultant_kind", "relation", "chief_concern", "body", "hits", "urgency", "risk_rank", "flags",
    "owner_office_id", "desk_office_id", "ward_id", "language", "received_at", "due_at", "applies_intent", "outcome", "outcome_note",
    "closed_at", "unread_messages",
)  # fmt: skip
PARTY = (
    "id",
    "consultation_id",
    "kind",
    "name",
    "kana",
    "known_as",
    "relation",
    "age_band",
    "phone",
    "postal_code",
    "address",
)
TERMS = ("matter_id", "terms", "key_id", "scheme", "is_whole")
FLOOR = Template(
    "<table>{% for c in rows %}<tr><td>{{ c.pk }}</td><td>{{ c.state }}</td><td>{{ c.urgency }}</td><td>{{ c.channel }}</td>"
    "<td>{{ c.ward_id }}</td><td>{{ c.desk_office_id }}</td><td>{{ c.received_at|date:'Y-m-d H:i' }}</td>"
    "<td>{{ c.due_at|date:'Y-m-d H:i' }}</td><td>{{ c.unread_messages }}</td></tr>{% endfor %}</table>"
)


def main(rows: int) -> None:
    call_command("load_initial_directory", verbosity=0)
    filled = fill(rows) if not Consultation.objects.exists() else {}
    plain = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=plain):
        answer = {"rows": rows, **filled, **sizes(), "asked": asked()}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")


# --- filling


def fill(rows: int) -> dict[str, Any]:
    """Generated in blocks, copied table by table; the index on the terms is built last, as after a restore."""
    offices = list(
        Office.objects.filter(kind=OfficeKind.SECTION, ward__isnull=False).values_list("pk", "ward_id")
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consultations_consultation DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX search_terms_gin")
    begun, dice = time.monotonic(), random.Random(7)  # noqa: S311  (an invented city, not a secret)
    for start in range(0, rows, 20_000):
        copy_block(dice, range(start + 1, min(start + 20_000, rows) + 1), offices)
    copied = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE INDEX search_terms_gin ON casework_searchterms USING gin (terms)")
    built = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consultations_consultation ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")
    return {"generate_and_copy_s": round(copied - begun), "gin_build_s": round(built - copied, 1)}


def copy_block(dice: random.Random, numbers: range, offices: list[tuple[int, int]]) -> None:
    tables: dict[str, list[tuple[Any, ...]]] = {"m": [], "c": [], "p": [], "t": []}
    for number in numbers:
        invented(dice, number, offices, tables)
    copy("casework_matter", MATTER, tables["m"])
    copy("consultations_consultation", CASE, tables["c"])
    copy("consultations_party", PARTY, tables["p"])
    copy("casework_searchterms", TERMS, tables["t"])


def invented(
    dice: random.Random, number: int, offices: list[tuple[int, int]], tables: dict[str, list[Any]]
) -> None:
    concern, body = f"{dice.choice(COMMON)}のこと", "".join(story(dice, number))
    name = f"{dice.choice(FAMILY)} {dice.choice(GIVEN)}"
    phone, place = (
        f"043-{dice.randrange(1000):03}-{dice.randrange(10_000):04}",
        f"{dice.choice(PLACES)}{dice.randrange(1, 40)}-{dice.randrange(1, 30)}",
    )
    office, ward = dice.choice(offices)
    received = timezone.now() - dt.timedelta(minutes=dice.randrange(3 * 365 * 1440))
    is_open = dice.random() < OPEN_SHARE
    receipt = f"S-{number:08d}"
    tables["m"].append((number, receipt, "consultation", "f", received))
    tables["c"].append((
        number, "triaged" if is_open else "closed", "web", "self", "", sealed("consultations_consultation", "chief_concern", number, concern),
        sealed("consultations_consultation", "body", number, body), "", "", dice.choice((1, 2, 3, 3, 3)), "{}", office, office, ward, "ja", received,
        received + dt.timedelta(days=4), "", "" if is_open else "advised", "", "\\N" if is_open else received + dt.timedelta(days=20), 0,
    ))  # fmt: skip
    person = [
        sealed("consultations_party", column, number, value)
        for column, value in (("name", name), ("kana", "ミホン ハナコ"), ("phone", phone), ("address", place))
    ]
    tables["p"].append(
        (number, number, "consulter", person[0], person[1], "", "", "", person[2], "", person[3])
    )
    findable = Findable(
        receipt,
        (concern, body),
        (name, "ミホン ハナコ", place),
        (phone,),
        (("phone", phone), ("address", place)),
    )
    found, is_whole = terms.terms_of(findable, terms.ring().current)
    tables["t"].append(
        (number, "{" + ",".join(map(str, found)) + "}", terms.ring().current.id, SCHEME, is_whole)
    )


def story(dice: random.Random, number: int) -> Iterator[str]:
    for sentence in dice.sample(SENTENCES, dice.randint(3, 6)):
        yield sentence.format(who=dice.choice(WHO), what=dice.choice(COMMON), where=dice.choice(PLACES))
    if number % 5000 == 0:
        yield f"軒下に{RARE}があります。"


def sealed(table: str, column: str, pk: int, text: str) -> str:
    return "\\\\x" + envelope.seal(text, envelope.place(table, column, pk)).hex()


def copy(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    text = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", text)


def sizes() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('search_terms_gin') >> 20, pg_table_size('casework_searchterms') >> 20,"
            " pg_table_size('consultations_consultation') >> 20,"
            " (SELECT avg(cardinality(terms))::int FROM casework_searchterms TABLESAMPLE system (1))"
        )
        gin, table, cases, each = cursor.fetchone()
    return {"gin_MB": gin, "terms_table_MB": table, "consultations_MB": cases, "terms_per_matter": each}


# --- asking


def asked() -> dict[str, Any]:
    """Milliseconds p50/p95, and the ratio of p50 to the floor measured between the asks."""
    somebody = Consultation.objects.order_by("-pk").select_related("desk_office")[7]
    person = next(search.read([somebody.pk]).values().__iter__())
    typed = {
        "rare word": RARE, "middle word": MIDDLE, "frequent word": FREQUENT, "fragment across words": "置自転", "whole name": person.names[0],
        "family name": person.names[0].split()[0], "one sign of a name": person.names[0][-1], "telephone": person.telephones[0],
        "last four digits": person.telephones[0][-4:], "address": person.names[2], "number": person.number, "nothing": "存在しない言葉",
    }  # fmt: skip
    office = somebody.desk_office
    client = clerk_of(office)
    own = Consultation.objects.filter(desk_office=office)
    result: dict[str, Any] = {"floor_ms": (base := floor(office))[0]}
    for name, text in typed.items():
        words._tokenizer()
        index = timed(lambda text=text: list(SearchTerms.objects.filter(either(text)).order_by("-pk")[:25]))
        narrow = timed(
            lambda text=text: list(
                question.narrowed(own, Question(text), search.read)[0]
                .for_queue()
                .order_by("-received_at", "-pk")[:50]
            )
        )
        page = timed(lambda text=text: shown(client, q=text, show="all"))
        queue = timed(lambda text=text: shown(client, q=text))
        hits = question.narrowed(own, Question(text), search.read)[0].count()
        result[name] = {
            "hits_in_office": hits, "whole_city_first_25": index, "one_office_rows": narrow, "page_show_all": page,
            "page_open_queue": queue, "page_ratio": round(page[0] / base[0], 1),
        }  # fmt: skip
    result["page_without_search"] = timed(lambda: shown(client, show="all"))
    return result


def shown(client: Client, **query: str) -> None:
    assert client.get("/admin/consultations/", query).status_code == 200


def either(text: str) -> Any:
    asked = Question(text)
    return asked.is_sure | question._any_of(asked.unsure())


def floor(office: Office) -> tuple[float, float]:
    """One indexed query of 25 rows as instances, rendered by a plain template with two dates a row."""
    rows = Consultation.objects.filter(ward=office.ward_id, closed_at__isnull=True).order_by(
        "risk_rank", "due_at", "pk"
    )
    return timed(lambda: FLOOR.render(Context({"rows": rows[:25]})), 60)


def clerk_of(office: Office) -> Client:
    """Somebody who works in that section, signed in."""
    post = office.posts.first() or office.posts.create(name="計測", role="SC")
    user = User.objects.create_user(email=f"bench{time.time()}@example.test", password=None, name="計測")
    user.postings.create(post=post, starts_on=dt.date(2020, 4, 1))
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[ENROLLED_KEY] = user.pk
    session.save()
    return client


def timed(act: Callable[[], Any], times: int = 30) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after two warming asks."""
    spent = []
    for _ in range(times + 2):
        begun = time.perf_counter()
        act()
        spent.append((time.perf_counter() - begun) * 1000)
    ordered = sorted(spent[2:])
    return round(statistics.median(ordered), 2), round(ordered[int(len(ordered) * 0.95) - 1], 2)
