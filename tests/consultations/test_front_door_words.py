"""Fields, topics and phrases are rows that an administrator edits, and that nobody deletes."""

import pytest
from django.urls import reverse

from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from consultations import urgency
from consultations.models import Field, UrgencyWord
from tests.conftest import SignIn

PHRASE = {"phrase": "ベランダに出され", "urgency": "U1", "flag": "abuse_child", "is_active": "on"}
TEXT = "昨日は子どもがベランダに出されていました。"


def test_a_phrase_counts_from_the_moment_it_is_saved(as_role: SignIn) -> None:
    admin = as_role(Role.SYSTEM_ADMIN)
    assert urgency.hits_in(TEXT) == []
    assert admin.post(reverse("admin:consultations_urgencyword_add"), PHRASE).status_code == 302
    assert [(hit.urgency, hit.flag) for hit in urgency.hits_in(TEXT)] == [("U1", "abuse_child")]
    word = UrgencyWord.objects.get(phrase=PHRASE["phrase"])
    off = {name: value for name, value in PHRASE.items() if name != "is_active"}
    admin.post(reverse("admin:consultations_urgencyword_change", args=[word.pk]), off)
    assert urgency.hits_in(TEXT) == []


def test_the_same_phrase_twice_is_said_beside_the_field(as_role: SignIn) -> None:
    admin = as_role(Role.SYSTEM_ADMIN)
    address = reverse("admin:consultations_urgencyword_add")
    admin.post(address, PHRASE)
    page = admin.post(address, PHRASE).content.decode()
    assert "既に存在" in page
    assert PHRASE["phrase"] in page, "what was typed stays"


def test_the_code_of_a_field_stays_what_it_was(as_role: SignIn) -> None:
    field = Field.objects.create(code="test-field", name="試験の分野")
    changed = {"code": "another", "name": "新しい名前", "order": "10"}
    as_role(Role.SYSTEM_ADMIN).post(reverse("admin:consultations_field_change", args=[field.pk]), changed)
    field.refresh_from_db()
    assert (field.code, field.name) == ("test-field", "新しい名前")


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_nobody_deletes_one(as_role: SignIn, role: Role) -> None:
    field = Field.objects.create(code="test-field", name="試験の分野")
    address = reverse("admin:consultations_field_delete", args=[field.pk])
    assert as_role(role).post(address, {"post": "yes"}).status_code == 404
    assert Field.objects.filter(pk=field.pk).exists()


def test_a_section_does_not_edit_them(as_role: SignIn, resident: User) -> None:
    client = as_role(Role.SECTION)
    assert client.get(reverse("admin:consultations_topic_changelist")).status_code == 404
