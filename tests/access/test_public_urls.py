"""What is open is what a person has agreed to leave open (ASSURANCE AC1)."""

import pytest
from django.http import Http404
from django.test import Client
from django.urls import get_resolver, reverse

from chiba_ward.access.actor import SYSTEM
from chiba_ward.access.public import open_routes, reviewed_routes, routes
from chiba_ward.access.views_support import get_visible
from chiba_ward.directory.models import Ward


def test_open_routes_are_the_reviewed_ones() -> None:
    assert open_routes() == reviewed_routes()


@pytest.mark.django_db
def test_every_other_route_asks_for_a_sign_in(client: Client) -> None:
    closed = [f"/{route}" for route, _ in routes(get_resolver()) if route not in reviewed_routes()]
    plain = [path for path in closed if not any(sign in path for sign in "<(^\\")]
    assert len(plain) > 15
    for path in plain:
        response = client.get(path, follow=True)
        assert response.redirect_chain, path
        assert response.redirect_chain[-1][0].startswith(reverse("account_login")), path


@pytest.mark.django_db
def test_the_admin_brings_the_person_back(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"


@pytest.mark.django_db
def test_unknown_and_foreign_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import QuerySet

    ward = Ward.objects.create(code="T99999", slug="x", name="試験区", kana="しけんく", name_en="X", order=99)
    monkeypatch.setattr(QuerySet, "visible_to", lambda rows, actor: rows.none(), raising=False)
    messages = []
    for lookup in ({"pk": ward.pk}, {"pk": 0}, {"slug": "nowhere"}, {"pk": "not a number"}):
        with pytest.raises(Http404) as miss:
            get_visible(Ward, SYSTEM, **lookup)
        messages.append(str(miss.value))
    assert set(messages) == {""}
    monkeypatch.setattr(QuerySet, "visible_to", lambda rows, actor: rows)
    assert get_visible(Ward.objects.order_by("id"), SYSTEM, pk=ward.pk) == ward
