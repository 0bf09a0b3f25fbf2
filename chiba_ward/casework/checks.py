"""What `manage.py check` says of the virus scanner: in production its absence is a decision, not an oversight (FI6)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register

from chiba_ward.casework.files.scanner import OPT_OUT, address_of


@register(Tags.security)
def scanner_address(**kwargs: Any) -> list[CheckMessage]:
    """A mistyped address would leave every file 検査中."""
    if settings.PORTAL_CLAMD in ("", OPT_OUT):
        return []
    try:
        address_of(settings.PORTAL_CLAMD)
    except ValueError as error:
        return [
            Error(
                str(error),
                hint="PORTAL_CLAMD=tcp://127.0.0.1:3310 / unix:/run/clamav/clamd.ctl",
                id="portal.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def scanner_decided(**kwargs: Any) -> list[CheckMessage]:
    """Files that residents send reach staff's computers."""
    if settings.PORTAL_CLAMD == "":
        return [
            Error(
                "PORTAL_CLAMD が空です。添付ファイルがウイルス検査なしで職員に渡ります。",
                hint="ClamAV の場所 (tcp://clamav:3310) を設定してください。検査をしないと決めたときは none と書きます。",
                id="portal.E002",
            )
        ]
    if settings.PORTAL_CLAMD == OPT_OUT:
        return [Info("PORTAL_CLAMD は none です。ウイルス検査をしません。", id="portal.I001")]
    return []
