"""What the read log holds of a request. The log is built beside this; the cells will ask here once it stands.

Nothing in the suite calls it yet: a check that cannot fail would only look like one.
"""

from django.apps import apps


def last_audit_row() -> int:
    """The newest line of the log before a request."""
    newest = apps.get_model("access", "ReadLog").objects.order_by("-pk").first()
    return newest.pk if newest else 0


def audit_rows_since(mark: int) -> int:
    """How many lines the log has got since then: one for each request, denials too (ASSURANCE AU1, AU3)."""
    found: int = apps.get_model("access", "ReadLog").objects.filter(pk__gt=mark).count()
    return found
