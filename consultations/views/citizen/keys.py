"""Trying a number and passphrase: every refusal becomes words beside a field."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiba_ward.access import throttle
from chiba_ward.casework.matters import WrongKey
from chiba_ward.casework.passphrase import PassphraseBusyError, PassphraseFormatError
from chiba_ward.casework.receipt_numbers import ReceiptNumberError
from consultations.forms.keys import KeyForm

Opened = TypeVar("Opened")


def tried(form: KeyForm, attempt: Callable[[str, str, str], Opened], request: HttpRequest) -> Opened | None:
    """What the key opens, or None with the reason on the form."""
    if not form.is_valid():
        return None
    number, phrase = form.cleaned_data["number"], form.cleaned_data["phrase"]
    try:
        return attempt(number, phrase, throttle.bucket_of(request))
    except ReceiptNumberError as error:
        form.add_error("number", str(error))
    except PassphraseFormatError as error:
        form.add_error("phrase", str(error))
    except WrongKey:
        form.add_error("phrase", form.WRONG)
    except throttle.TooManyTries as refused:
        form.add_error("phrase", form.too_many(refused.retry_at))
    except PassphraseBusyError:
        form.add_error("phrase", _("混み合っています。少し待って、もう一度押してください。"))
    return None
