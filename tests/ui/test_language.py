"""Which language a page speaks: the one chosen, then the one the browser asks for; nobody falls out of it (C17)."""

import re
from copy import copy

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape as html_escape
from django.utils.translation import override
from lxml import html

from chiba_ward.access.models import User
from chiba_ward.directory.models import Area
from chiba_ward.documents.models import Document
from chiba_ward.ui.middleware import CHOICE, preferred_language
from community.matching.models import Need
from community.open_data.models import Facility, PublicEvent
from consultations.models import CitizenMessage, Consultation
from tests.guards.people import KEY_HOLDER, RESIDENT, actor, client_of
from tests.guards.places import ANSWERS, places_for
from tests.ui.reading import JAPANESE, japanese_in

SHARED = ("/account/login/", "/account/signup/", "/account/password/reset/")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "ja"),
        ("*", "ja"),
        ("ja-JP,ja;q=0.9", "ja"),
        ("en-US,en;q=0.8,ja;q=0.5", "en"),
        ("vi", "ja-easy"),
        ("pt-BR,pt;q=0.9", "ja-easy"),
        ("tl,en;q=0.5", "en"),
        ("zh-TW", "ja-easy"),
    ],
)
def test_an_unspoken_language_is_met_with_plain_japanese(header: str, code: str) -> None:
    assert preferred_language(header) == code


def lang_of(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.headers.get("Location"))
    return str(html.fromstring(answer.content.decode()).get("lang"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", SHARED)
def test_pages_that_all_share_follow_the_choice(client: Client, path: str) -> None:
    assert lang_of(client, path) == "ja"
    client.get("/en/")
    assert client.cookies[CHOICE.name].value == "en"
    assert lang_of(client, path) == "en"
    assert lang_of(client, f"{path}?lang=ja") == "ja"
    assert lang_of(client, path) == "ja"
    assert "いそいで" not in client.get(path).content.decode()
    client.get("/ja-easy/")
    page = client.get(path)
    assert page.headers["Content-Language"] == "ja-easy"


@pytest.mark.django_db
def test_without_a_choice_they_speak_as_the_browser_asks(client: Client) -> None:
    assert lang_of(client, "/account/login/", accept_language="en-GB,en;q=0.8") == "en"
    assert CHOICE.name not in client.cookies, "asking is not choosing"
    assert (
        client.get("/account/login/", headers={"accept-language": "vi"}).headers["Content-Language"]
        == "ja-easy"
    )


@pytest.mark.parametrize(("path", "query"), [("/", ""), ("/status/", "?n=S-7K4M-925W"), ("/consult/", "")])
def test_an_address_without_a_language_leads_to_the_readers(
    demo_city: None, client: Client, path: str, query: str
) -> None:
    """From a mail, a poster or a bookmark of somebody else."""
    first = client.get(path + query, headers={"accept-language": "vi"})
    assert first.headers["Location"] == f"/ja-easy{path}{query}"
    assert {"Accept-Language", "Cookie"} <= set(first.headers["Vary"].split(", "))
    client.get("/en/")
    assert client.get(path + query).headers["Location"] == f"/en{path}{query}"
    back = client.get(f"{path}?lang=ja")
    assert back.status_code == 200
    assert client.get(path + query).status_code == 200


def test_the_menu_leads_everywhere_and_back(demo_city: None, client: Client) -> None:
    for start in ("/en/consult/", "/account/login/?next=/my/"):
        links = dict(
            re.findall(
                r'<a href="([^"]+)" lang="(?:ja|en)" hreflang="\w+"[^>]*>([^<]+)</a>',
                client.get(start).content.decode(),
            )
        )
        urls = {name: url.replace("&amp;", "&") for url, name in links.items()}
        assert list(urls) == ["日本語", "やさしい日本語", "English"]
        for name, code in (("English", "en"), ("やさしい日本語", "ja-easy"), ("日本語", "ja")):
            assert client.get(urls[name]).headers["Content-Language"] == code, (start, name)
    assert "next=%2Fmy%2F" in urls["English"]


def test_the_staff_side_speaks_japanese_whatever_was_chosen(demo_city: None) -> None:
    client = client_of("section")
    client.get("/en/")
    answer = client.get("/admin/", headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "ja"
    assert "今日の仕事" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_so_in_the_readers_language(client: Client) -> None:
    client.get("/en/")
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert html.fromstring(answer.content.decode()).get("lang") == "en"


# --- an English reader everywhere

# Names of places, as they stand on signs.
REVIEWED = ("Chibaminato (千葉港)",)
# Pages of the library that no resident of the demo city reaches by a link.
LEFT_OUT = ("/account/3rdparty/", "/account/oidc/", "/account/demo/", "/styleguide/")


@pytest.mark.slow
@pytest.mark.parametrize("name", [KEY_HOLDER, RESIDENT])
def test_an_english_reader_never_falls_into_japanese(demo_city: None, name: str) -> None:
    """Every page of a resident: English by its mark, and no Japanese in headings, labels, buttons and links of ours."""
    client = client_of(name)
    client.get("/en/")
    problems, read, known = [], 0, written_by_people()
    with override("ja"):
        places = places_for(actor(name), client)
    for place in places:
        is_theirs = not place.path.startswith(("/admin/", "/partner/", "/progress/", *LEFT_OUT))
        if not is_theirs:
            continue
        path = (
            place.path
            if place.path.startswith(("/account/", "/documents/", "/files/"))
            else f"/en{place.path}"
        )
        cookies = copy(client.cookies)
        answer = client.get(path)
        client.cookies = cookies
        location = answer.headers.get("Location", "")
        if location and not location.startswith(("/en/", "/account/", "/documents/")):
            problems.append(f"{path} leads to {location}")
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            read += 1
            text = without(answer.content.decode(), known)
            problems += [f"{path}: {words}" for words in japanese_in(text)]
        if answer.streaming:
            b"".join(answer.streaming_content)  # the client closes the file after the last byte
    assert not problems, "\n".join(dict.fromkeys(problems))
    assert read > 10


def written_by_people() -> list[str]:
    """Words of the demo city's people, names of theirs and of papers; the longest first. What else is Japanese is ours."""
    rows = [
        *(words for case in Consultation.objects.all() for words in (case.chief_concern, case.body)),
        *(message.body for message in CitizenMessage.objects.all()),
        *Document.objects.values_list("title", flat=True),
        *User.objects.values_list("name", flat=True),
        *Area.objects.values_list("name", flat=True),
        *Facility.objects.values_list("name", flat=True),
        *PublicEvent.objects.values_list("name", flat=True),
        *Need.objects.filter(is_public=True).values_list("title", flat=True),
        *(value for answers in ANSWERS.values() for values in answers.values() for value in values),
        *REVIEWED,
    ]
    return sorted({html_escape(text) for text in rows if JAPANESE.search(text)}, key=len, reverse=True)


def without(page: str, known: list[str]) -> str:
    for words in known:
        page = page.replace(words, "")
    return page


@pytest.mark.django_db
def test_offices_and_wards_have_a_name_for_the_reader(client: Client) -> None:
    from django.core.management import call_command
    from django.utils import timezone, translation

    from chiba_ward.directory.models import Office, OfficeVersion, Ward

    call_command("load_initial_directory", verbosity=0)
    desk = Office.objects.get(code="wakaba-somu")
    today = timezone.localdate()
    assert desk.spoken_on(today, "en") == "Wakaba Ward General Affairs Section"
    assert desk.spoken_on(today, "ja-easy") == desk.name_on(today) == "若葉区 総務課"
    with translation.override("en"):
        assert desk.spoken_on(today) == "Wakaba Ward General Affairs Section"
    assert desk.words_on(today, "from_office") == {
        "from_office": "若葉区 総務課",
        "from_office_en": "Wakaba Ward General Affairs Section",
    }
    assert list(OfficeVersion.objects.filter(name_en="").values_list("name", flat=True)) == []
    assert not OfficeVersion.objects.exclude(name_en="").filter(name_en_needs_verification=False).exists()
    assert not Ward.objects.filter(name_en="").exists()


def test_what_the_resident_reads_of_an_office_is_in_their_language(demo_city: None) -> None:
    client = client_of(KEY_HOLDER)
    page = client.get("/en/status/case/").content.decode()
    assert "Wakaba Ward General Affairs Section" in page
    assert "若葉区 総務課" not in page
    assert "若葉区 総務課" in client.get("/status/case/?lang=ja").content.decode()


def test_a_mail_leads_to_the_page_in_the_language_of_the_card(demo_city: None) -> None:
    from chiba_ward.correspondence.models import Notice
    from consultations.registrations import status_address

    notice = Notice.objects.filter(recipient_kind="citizen").order_by("id")[0]
    card = notice.matter.contact
    card.language = "en"
    card.save()
    assert status_address(notice).startswith(f"{settings.PORTAL_BASE_URL.rstrip('/')}/en/status/")
