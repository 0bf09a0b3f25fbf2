"""The request as every view gets it: `ActorMiddleware` has said who acts."""

from django.http import HttpRequest

from chiba_ward.access.actor import Actor


class PortalRequest(HttpRequest):
    """For annotations only; no instance is ever made."""

    actor: Actor
