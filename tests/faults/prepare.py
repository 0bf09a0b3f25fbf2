"""Run once in the settings of the faults: tables, first rows, invented people; prints who there is, as JSON.

One member of staff has a password and an authenticator app, so that the real door can be tried.
"""

import json
import sys
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_initial_directory", stdout=sys.stderr)
    from consultations.demo import people

    people.load()
    json.dump(everybody(), sys.stdout)


def everybody() -> dict[str, Any]:
    from chiba_ward.access.models import User
    from chiba_ward.directory.models import Posting

    named = {user.email.partition("@")[0]: {"user": user.pk, "postings": []} for user in User.objects.all()}
    rows = Posting.objects.active_on().with_duty().select_related("person", "post").order_by("id")
    for posting in rows:
        place = {"posting": posting.pk, "post": posting.post_id, "office": posting.post.office_id}
        named[posting.person.email.partition("@")[0]]["postings"].append(place)
    return {"people": named, "second_factor": [with_second_factor(number) for number in range(4)]}


def with_second_factor(number: int) -> dict[str, str]:
    """A colleague of the desk in 若葉区 with a password and a TOTP secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from chiba_ward.access.secrets_at_rest import secrets_of
    from chiba_ward.directory.models import Post, Posting
    from tests.factories import LONG_AGO, PASSWORD, make_user

    person = make_user(f"desk{number}@example.test", name=f"試験 窓口{number}")
    post = Post.objects.get(office__code="wakaba-somu", name="担当")
    Posting.objects.create(person=person, post=post, starts_on=LONG_AGO)
    secret = generate_totp_secret()
    with secrets_of(person.pk):
        TOTP.activate(person, secret)
    return {"email": person.email, "password": PASSWORD, "secret": secret}


if __name__ == "__main__":
    main()
