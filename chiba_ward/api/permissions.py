"""What the token may be used for. What its posting may see and do is asked of the rules themselves."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from chiba_ward.api.enums import Scope
from chiba_ward.api.models import ApiToken
from chiba_ward.api.problems import Problem


class HasScope(BasePermission):
    """A token with the scope that the view names for this method; None: any token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken):
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in view.scopes:
            return True  # there is no such method here: the view says so
        wanted = view.scopes[method]
        if wanted is None or wanted in token.scopes:
            return True
        label = Scope(wanted).label
        raise Problem(
            403,
            f"このトークンには「{label}」（{wanted}）がありません。許可した担当に頼んでください。",
            "no-scope",
        )
