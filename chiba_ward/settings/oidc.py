"""The city's own identity provider, from the environment: who it is, and what of it counts as a second factor."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PROVIDER_CLASS = "chiba_ward.access.oidc.CityProvider"
PROVIDER_ID = "city"
# Values of the claims `amr` and `acr` by which a provider says that more than a password was asked (RFC 8176).
# Empty by default: then the portal asks for its own second factor, whatever the provider did.
SECOND_FACTOR = ("amr", "acr")


def providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS. Without a server there is none, and its addresses do not exist."""
    server = environ.get("PORTAL_OIDC_SERVER_URL", "")
    app = {
        "provider_id": PROVIDER_ID,
        "name": environ.get("PORTAL_OIDC_NAME") or "庁内認証",
        "client_id": environ.get("PORTAL_OIDC_CLIENT_ID", ""),
        "secret": environ.get("PORTAL_OIDC_SECRET", ""),
        "settings": {
            "server_url": server,
            "oauth_pkce_enabled": True,
            "second_factor": {
                claim: _words(environ.get(f"PORTAL_OIDC_{claim.upper()}", "")) for claim in SECOND_FACTOR
            },
        },
    }
    return {"openid_connect": {"provider_class": PROVIDER_CLASS, "APPS": [app] if server else []}}


def form_targets(environ: Mapping[str, str]) -> list[str]:
    """The provider's origin: the button that leads there is a form, and the policy follows its redirect."""
    parts = urlsplit(environ.get("PORTAL_OIDC_AUTHORIZE_URL") or environ.get("PORTAL_OIDC_SERVER_URL", ""))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]
