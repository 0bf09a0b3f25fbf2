"""Unfinished forms: nothing typed is lost, nothing is filed twice (ASSURANCE DU2, issue: Bad input).

A draft without an owner is opened by a signed cookie; one of an account or a posting by that owner alone. The
draft is also the idempotency key of its submit: the row is locked, and a second submit finds the first matter.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.access.policy import allows
from chiba_ward.casework import blobs, keys, receipt_numbers
from chiba_ward.casework.keys import WrongKey
from chiba_ward.casework.matters import DRAFT_PREFIX, NUMBER_TRIES
from chiba_ward.casework.models import Draft, Matter
from chiba_ward.casework.passphrase import PassphraseHasher, new_passphrase
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.models import Posting
from chiba_ward.ui.cookies import Cookie

COOKIE = Cookie("portal_draft")
SALT = "chiba_ward.casework.drafts"
KEEP = dt.timedelta(days=30)
KEEP_ON_SHARED = dt.timedelta(days=1)
KEEP_SUBMITTED = dt.timedelta(days=1)
KEPT_IN_COOKIE = 5
PURGE_BATCH = 200

Response = TypeVar("Response", bound=HttpResponse)


class DraftExpired(Exception):
    """The draft was kept as long as promised and is gone, or was already filed and cannot be changed."""


# -- beginning and finding


def start(
    kind: str, *, user: User | None = None, posting: Posting | None = None, shared: bool = False
) -> Draft:
    """A new, empty draft of a form, kept 30 days; a day on a shared terminal unless it is suspended.

    Whoever has a posting writes for somebody else, so the draft belongs to the posting and not to the account.
    """
    return Draft.objects.create(
        kind=kind,
        user=None if posting else user,
        posting=posting,
        is_shared_terminal=shared,
        expires_at=timezone.now() + (KEEP_ON_SHARED if shared else KEEP),
    )


def find(request: HttpRequest, draft_id: object) -> Draft | None:
    """The draft, if this browser, account or posting owns it and it is still kept; otherwise None.

    A filed draft is found too (its `matter` is set), so that the back button leads to the receipt.
    """
    try:
        draft = Draft.objects.select_related("matter").filter(pk=str(draft_id)).first()
    except (ValueError, TypeError, ValidationError):
        return None
    if draft is None or draft.expires_at <= timezone.now() or not _owns(request, draft):
        return None
    return draft


def latest(request: HttpRequest, kind: str) -> Draft | None:
    """The unfinished draft of this kind that was touched last in this browser, account or posting."""
    kept = Draft.objects.filter(kind=kind, matter=None, expires_at__gt=timezone.now()).order_by("-updated_at")
    actor = request.actor  # type: ignore[attr-defined]  # set by the actor middleware
    if actor.posting:
        return kept.filter(posting=actor.posting).first()
    if actor.user and (own := kept.filter(user=actor.user).first()):
        return own
    return kept.filter(pk__in=_ids(request), user=None, posting=None).first()


def _owns(request: HttpRequest, draft: Draft) -> bool:
    actor = request.actor  # type: ignore[attr-defined]  # set by the actor middleware
    if draft.posting_id or draft.user_id:
        return allows(actor, "draft.write", draft)
    return draft.pk.hex in _ids(request)


# -- the cookie


def remember(request: HttpRequest, response: Response, draft: Draft) -> Response:
    """Let this browser open the draft again: for 30 days, on a shared terminal only until it is closed."""
    if draft.user_id or draft.posting_id:
        return response
    ids = [draft.pk.hex, *(known for known in _ids(request) if known != draft.pk.hex)]
    kept = None if draft.is_shared_terminal else KEEP
    COOKIE.put(response, signing.dumps(ids[:KEPT_IN_COOKIE], salt=SALT), kept)
    return response


def forget(response: Response) -> Response:
    """Leave nothing in this browser: at the end on a shared terminal, and by the exit button."""
    COOKIE.drop(response)
    return response


def _ids(request: HttpRequest) -> list[str]:
    try:
        ids = signing.loads(COOKIE.read(request), salt=SALT, max_age=KEEP)
    except signing.BadSignature:
        return []
    return [str(known) for known in ids]


# -- writing


@transaction.atomic
def save(draft: Draft, step: str, data: Mapping[str, Any]) -> Draft:
    """Keep what was typed on one page under its name; other pages stay as they are, whichever tab wrote them.

    `data` may hold dates; control characters that the database cannot store are dropped. Raises DraftExpired
    for a draft that is gone or filed.
    """
    locked = _locked(draft)
    if locked.matter_id:
        raise DraftExpired
    plain = _storable(json.loads(json.dumps(dict(data), cls=DjangoJSONEncoder)))
    draft.data = locked.data = {**locked.data, step: plain}
    draft.step = locked.step = step
    draft.expires_at = locked.expires_at = max(locked.expires_at, _kept_until(locked))
    locked.save(update_fields=["data", "step", "expires_at", "updated_at"])
    return draft


def suspend(draft: Draft) -> tuple[str, str]:
    """Number and passphrase to go on later, here or elsewhere; shown once, and kept 30 days.

    A second call gives a new pair and ends the first. Raises ValueError for a draft with an owner, who signs in.
    """
    if draft.user_id or draft.posting_id:
        raise ValueError("a draft with an owner is opened by its owner")
    phrase = new_passphrase()
    stored = PassphraseHasher.from_settings().hash(phrase)
    with transaction.atomic():
        locked = _locked(draft)
        if locked.matter_id:
            raise DraftExpired
        locked.resume_hash, locked.expires_at = stored, timezone.now() + KEEP
        _give_number(locked)
    draft.resume_no, draft.resume_hash, draft.expires_at = locked.resume_no, stored, locked.expires_at
    return str(locked.resume_no), phrase


def resume(number: str, phrase: str, client_key: str) -> Draft:
    """The suspended draft; the view then calls `remember`. Raises as `matters.check_passphrase` does."""
    parsed = receipt_numbers.parse(number)
    kept = Draft.objects.filter(matter=None, expires_at__gt=timezone.now(), user=None, posting=None)
    draft = kept.filter(resume_no=parsed).exclude(resume_hash="").first()
    keys.check("draft", parsed, phrase, draft.resume_hash if draft else None, client_key)
    if draft is None:
        raise WrongKey
    return draft


def submit_once(draft: Draft, make: Callable[[Draft], Matter]) -> Matter:
    """File the draft. Whoever comes second, by double click, retry or after a lost answer, gets the first matter.

    `make` runs once, in the transaction that keeps its result, with the row locked; it moves the files
    (`attachments.move_draft_files`). Afterwards what was typed is wiped. Raises DraftExpired.
    """
    with transaction.atomic():
        locked = _locked(draft)
        if locked.matter is None:
            locked.has_files = locked.files.exists()  # none comes or goes while the draft is locked
            locked.matter = make(locked)
            _wipe(locked)
            now = timezone.now()
            locked.expires_at = now + KEEP_SUBMITTED
            locked.save()
        matter = locked.matter
    for field in locked._meta.concrete_fields:  # as it stands now, without asking again
        setattr(draft, field.attname, getattr(locked, field.attname))
    draft.matter = matter
    return matter


def discard(draft: Draft) -> None:
    """The person throws the draft away: row, files and number are gone."""
    with transaction.atomic():
        for row in Draft.objects.select_for_update().filter(pk=draft.pk):
            _delete_files(row)
            row.delete()


def purge(now: dt.datetime | None = None) -> int:
    """Delete every draft past its date with its files, filed ones a day after; the number deleted."""
    now, total = now or timezone.now(), 0
    for compartment in compartments.rounds(_expired(now), "matter__compartment"):
        with compartments.work(compartment, reason="drafts past their date"):
            while gone := _purge_batch(now):
                total += gone
    return total


def _expired(now: dt.datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(expires_at__lte=now)


def _purge_batch(now: dt.datetime) -> int:
    with compartments.atomic():
        rows = _expired(now).select_for_update(skip_locked=True, of=("self",)).order_by("expires_at", "pk")
        expired = list(rows[:PURGE_BATCH])
        for draft in expired:
            _delete_files(draft)
            draft.delete()
        return len(expired)


def _locked(draft: Draft) -> Draft:
    """The row as it stands, for this transaction alone. Raises DraftExpired."""
    # No join here: after a wait PostgreSQL reads the locked row anew, but not the row joined to it.
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or (locked.expires_at <= timezone.now() and locked.matter_id is None):
        raise DraftExpired
    return locked


def _kept_until(draft: Draft) -> dt.datetime:
    is_short = draft.is_shared_terminal and not draft.resume_no
    return timezone.now() + (KEEP_ON_SHARED if is_short else KEEP)


def _give_number(draft: Draft) -> None:
    for _try in range(NUMBER_TRIES):
        draft.resume_no = receipt_numbers.new(DRAFT_PREFIX)
        try:
            with transaction.atomic():
                draft.save(update_fields=["resume_no", "resume_hash", "expires_at", "updated_at"])
            return
        except IntegrityError:
            if not Draft.objects.filter(resume_no=draft.resume_no).exists():
                raise
    raise RuntimeError("no free resume number was found")


def _wipe(draft: Draft) -> None:
    draft.data, draft.step, draft.resume_no, draft.resume_hash = {}, "", None, ""
    if draft.has_files is not False:
        _delete_files(draft)


def _delete_files(draft: Draft) -> None:
    for file in draft.files.all():
        blobs.delete_after_commit(file.blob.name)
    draft.files.all().delete()


def _storable(value: Any) -> Any:
    """Without NUL and lone surrogates, which jsonb refuses."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value
