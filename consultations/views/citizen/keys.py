"""Trying a number and passphrase: every refusal becomes words beside a field."""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiba_ward.access import readlog, throttle
from chiba_ward.access.readlog import Verb
from chiba_ward.access.readlog.entries import pseudonym
from chiba_ward.access.readlog.kinds import matter_of_number
from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.matters import WrongKey
from chiba_ward.casework.passphrase import PassphraseBusyError, PassphraseFormatError
from chiba_ward.casework.receipt_numbers import ReceiptNumberError
from consultations.forms.keys import KeyForm

Opened = TypeVar("Opened", bound=Model)


def tried(
    form: KeyForm, attempt: Callable[[str, str, str], Opened], request: HttpRequest, kind: str
) -> Opened | None:
    """What the key opens, or None with the reason on the form. `kind` is what the read log calls it."""
    if not form.is_valid():
        return None
    number, phrase = form.cleaned_data["number"], form.cleaned_data["phrase"]
    try:
        opened = attempt(number, phrase, throttle.bucket_of(request))
        readlog.event(Verb.SIGN_IN, kind, [opened.pk])
        return opened
    except ReceiptNumberError as error:
        form.add_error("number", str(error))
    except PassphraseFormatError as error:
        form.add_error("phrase", str(error))
    except WrongKey:
        readlog.event(Verb.SIGN_IN_FAILED, kind, [pseudonym(number)], matters=_matter_of(number))
        form.add_error("phrase", form.WRONG)
    except throttle.TooManyTries as refused:
        readlog.event(Verb.TRY_REFUSED, kind, [pseudonym(number)], matters=_matter_of(number))
        form.add_error("phrase", form.too_many(refused.retry_at))
    except PassphraseBusyError:
        form.add_error("phrase", _("混み合っています。少し待って、もう一度押してください。"))
    return None


def _matter_of(number: str) -> list[int]:
    """The matter that somebody tried to open, where the number leads to one: asked for either way, so that an
    unknown number takes no less time."""
    found = matter_of_number(receipt_numbers.parse(number))
    return [found] if found else []
