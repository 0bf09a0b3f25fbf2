"""A household without a name: its key, its devices, one press; and the 班長 with a key of the 班."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.access import throttle
from chiba_ward.casework.refusals import Refused
from chiba_ward.settings.logs import scrub
from community.circulars import codes, selectors
from community.circulars.models import CircularKey, CircularReading, HouseholdSlot, KeyDevice, PaperClosing
from community.circulars.services import groups, keys
from tests.circulars.rounds import BODY, TITLE, Round, browser
from tests.community import town as world

STRIP = re.compile(r'cw-strip__code">([0-9A-Z-]{19})<')


def test_the_family_reads_once_and_nobody_is_told_which_household(ground: Round) -> None:
    posted = ground.post()
    mother, father, neighbour = (ground.household(number) for number in ("3", "3", "4"))
    page = mother.get("/circulars/").content.decode()
    assert TITLE in page
    assert "1班" in page
    assert CircularReading.objects.count() == 0, "to open is not to have read: a GET writes nothing"
    text = mother.get(f"/circulars/{posted.pk}/").content.decode()
    assert "雨の日も回収します。" in text
    for member in (mother, father, mother):
        member.post(f"/circulars/{posted.pk}/read/")
    assert CircularReading.objects.count() == 1
    assert "読みました" in father.get("/circulars/").content.decode()
    assert TITLE in neighbour.get("/circulars/").content.decode()
    assert (selectors.tally(posted).read, selectors.tally(posted).unread) == (1, 18)
    ledger = browser(ground.chairs_posting).get(f"/partner/circulars/{posted.pk}/ledger/").content.decode()
    assert "3番" not in ledger
    assert "どの世帯が読んだかは、だれにも見えません" in ledger


def test_at2_whoever_guesses_keys_waits(ground: Round) -> None:
    """ASSURANCE AT2. Eighty bits name nobody: sixty wrong ones of a network, then not even the right one; others go on."""
    guesser = Client(REMOTE_ADDR="203.0.113.66")
    wrong = codes.shown(codes.new_code())
    for _guess in range(throttle.BUCKET_FREE_TRIES):
        answer = guesser.post("/circulars/", {"code": wrong})
        assert answer.status_code == 422
        assert "この鍵では開けません" in answer.content.decode()
    refused = guesser.post("/circulars/", {"code": ground.codes["3"]}).content.decode()
    assert "分ほど待って" in refused
    assert f'value="{ground.codes["3"]}"' in refused, "what was typed stays"
    assert not KeyDevice.objects.exists()
    assert (
        Client(REMOTE_ADDR="198.51.100.5").post("/circulars/", {"code": ground.codes["3"]}).status_code == 302
    )


def test_a_key_opens_what_its_own_group_was_sent_and_nothing_else(ground: Round) -> None:
    own, city = ground.post(), ground.from_the_city(is_public=False)
    far = ground.household("far1")
    assert far.get(f"/circulars/{own.pk}/").status_code == 302
    assert far.get(f"/circulars/{city.pk}/").status_code == 200
    assert far.post(f"/circulars/{own.pk}/read/").status_code == 302
    draft = ground.write(title="まだ下書き")
    assert ground.household("1").get(f"/circulars/{draft.pk}/").status_code == 302
    assert not CircularReading.objects.exists()


def test_the_sheet_is_shown_once_and_only_hashes_stay(ground: Round) -> None:
    chair = browser(ground.chairs_posting)
    url = f"/partner/circulars/groups/{ground.online.pk}/keys/"
    nothing = chair.post(url, {"which": "missing"})
    assert nothing.status_code == 422
    assert "鍵のない世帯はありません" in nothing.content.decode()
    for typed, words in (("", "番号を入力"), ("3 99", "99番は")):
        refused = chair.post(url, {"which": "some", "numbers": typed})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    sheet = chair.post(url, {"which": "some", "numbers": "３、5", "leader": "on"})
    assert sheet.headers["Cache-Control"] == "no-store"
    text = sheet.content.decode()
    made = STRIP.findall(text)
    assert len(made) == 3
    assert "data:image/svg+xml" in text
    plain = [codes.read(one) for one in made]
    kept = " ".join(CircularKey.objects.order_by("pk").values_list("digest", flat=True))
    assert not [code for code in plain if code in kept or code in kept.upper()]
    assert made[0] not in chair.get(f"/partner/circulars/groups/{ground.online.pk}/").content.decode()
    with pytest.raises(keys.WrongCode):
        keys.open_with(ground.codes["3"], "network")
    assert keys.open_with(made[1].lower().replace("-", " "), "network"), "as somebody types it"


def test_a_renewed_key_ends_on_every_device(ground: Round) -> None:
    posted, old, other = ground.post(), ground.household("3"), ground.household("4")
    (strip,) = keys.make(ground.online.pk, by=ground.chair, numbers=[3], for_leader=False)
    assert old.get(f"/circulars/{posted.pk}/").status_code == 302
    assert other.get(f"/circulars/{posted.pk}/").status_code == 200
    ground.codes["3"] = strip.code
    assert ground.household("3").get(f"/circulars/{posted.pk}/").status_code == 200


def test_four_devices_and_no_fifth_until_one_is_closed(ground: Round) -> None:
    devices = [ground.household("3") for _ in range(4)]
    fifth = Client()
    full = fifth.post("/circulars/", {"code": ground.codes["3"]})
    assert full.status_code == 422
    assert "もう4台で使っています" in full.content.decode()
    devices[1].post("/circulars/leave/")
    assert "回覧の鍵" in devices[1].get("/circulars/").content.decode()
    assert fifth.post("/circulars/", {"code": ground.codes["3"]}).status_code == 302
    assert sorted(KeyDevice.objects.order_by("place").values_list("place", flat=True)) == [1, 2, 3, 4]


def test_whoever_guesses_waits(ground: Round) -> None:
    """A network has sixty tries; then the right code waits as well, and a wrong one is told nothing new."""
    stranger = Client()
    first = stranger.post("/circulars/", {"code": "0000-0000-0000-0000"}).content.decode()
    assert "この鍵では開けません" in first
    for _ in range(59):
        stranger.post("/circulars/", {"code": codes.shown(codes.new_code())})
    for code in ("0000-0000-0000-0000", ground.codes["3"]):
        waiting = stranger.post("/circulars/", {"code": code})
        assert waiting.status_code == 422
        assert "待ってから" in waiting.content.decode()
    assert not KeyDevice.objects.exists()
    address = reverse("circulars_home:key", args=[codes.shown(ground.codes["3"])])
    assert stranger.get(address).status_code == 200, "the address looks nothing up"
    assert codes.shown(ground.codes["3"]) in address
    assert scrub(f"GET {address}") == "GET /circulars/key/…/", "no log keeps it"


def test_who_leaves_or_takes_paper_has_no_key_any_more(ground: Round) -> None:
    chair, posted = browser(ground.chairs_posting), ground.post()
    url = f"/partner/circulars/groups/{ground.online.pk}/do/"
    gone, on_paper = ground.household("8"), ground.household("7")
    assert chair.post(f"{url}leave/", {"leave-number": "8"}).status_code == 302
    assert chair.post(f"{url}paper/", {"paper-numbers": ["7"]}).status_code == 302
    assert chair.post(f"{url}leave/", {"leave-number": "8"}).status_code == 422
    for household in (gone, on_paper):
        assert household.get(f"/circulars/{posted.pk}/").status_code == 302
    chair.post(f"{url}add/", {"add-number": "1"})
    numbers = HouseholdSlot.objects.active().filter(group=ground.online).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 9], "no number twice"
    assert str(selectors.reach(ground.write())) == "3班 19世帯"
    change = {"change-name": "1班", "change-order": "5", "change-is_paper": "on"}
    assert chair.post(f"{url}change/", change).status_code == 302
    assert ground.key("leader").group_id == ground.online.pk, "the 班長 keeps a key"
    assert chair.post(f"{url}end/", {"end-sure": "on"}).status_code == 302
    with pytest.raises(keys.WrongCode):
        keys.open_with(ground.codes["leader"], "network")
    assert str(selectors.reach(ground.write())) == "2班 11世帯"


def test_no_name_no_address_and_nobody_elses_group(ground: Round) -> None:
    fields = {one.name for model in (HouseholdSlot, CircularKey, KeyDevice) for one in model._meta.fields}
    assert not fields & {"name", "address", "email", "phone", "kana"}
    chair, there = browser(ground.chairs_posting), browser(ground.town.receiver)
    assert chair.get(f"/partner/circulars/groups/{ground.far.pk}/").status_code == 404
    assert there.get(f"/admin/circulars/groups/{ground.online.pk}/").status_code == 404
    clerk = browser(ground.town.clerk)
    made = {"org": ground.town.paper.pk, "name": "東班", "order": "5", "households": "3", "paper": "1"}
    assert clerk.post("/admin/circulars/groups/new/", made).status_code == 302, "for one without a computer"
    twice = clerk.post("/admin/circulars/groups/new/", made)
    assert twice.status_code == 422
    assert "すでにあります" in twice.content.decode()
    too_much = clerk.post("/admin/circulars/groups/new/", {**made, "name": "北班", "paper": "4"})
    assert "世帯の数より多く" in too_much.content.decode()
    for number in range(20):
        plain = {"order": number, "is_paper": False, "households": 1, "paper": 0}
        groups.create(ground.town.org.pk, by=ground.chair, name=f"小{number}班", **plain)
    first = clerk.get("/admin/circulars/groups/?size=20").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    rest = clerk.get("/admin/circulars/groups/" + following[1].replace("&amp;", "&")).content.decode()
    assert "西班" in first + rest
    assert "西班" not in clerk.get("/admin/circulars/groups/?q=小1").content.decode()
    with pytest.raises(Refused, match="300世帯まで"):
        groups.add_households(ground.online.pk, by=ground.chair, number=299)


def test_the_leader_ticks_and_takes_it_back(ground: Round) -> None:
    posted = ground.post()
    leader = ground.household("paperleader")
    row = ground.recipient(posted, ground.paper)
    assert "紙の回覧が回り終わった" in leader.get("/circulars/group/").content.decode()
    url = f"/circulars/group/{row.pk}/"
    assert leader.post(f"{url}close/").status_code == 302
    assert (selectors.tally(posted).paper, selectors.tally(posted).unread) == (6, 13)
    again = leader.post(f"{url}close/")
    assert again.status_code == 409
    assert "すでに回り終わっています" in again.content.decode()
    assert leader.post(f"{url}reopen/").status_code == 302
    assert selectors.tally(posted).paper == 0
    assert list(PaperClosing.objects.order_by("pk").values_list("act", "channel")) == [
        ("closed", "web"),
        ("reopened", "web"),
    ]
    other = ground.recipient(posted, ground.mixed)
    assert leader.post(f"/circulars/group/{other.pk}/close/").status_code == 404, "of another 班"
    assert ground.household("3").post(f"{url}close/").status_code == 302, "a household is no 班長"
    assert world.fresh(row).closed_at is None
    assert BODY.splitlines()[0] in leader.get(f"/circulars/{posted.pk}/").content.decode()
