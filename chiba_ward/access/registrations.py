"""What this package connects when Django is ready: the events of the sign-in doors, and its words in the read log."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_out
from django.core import checks

from chiba_ward.access import doors, readlog, sign_in_events
from chiba_ward.access.policy.checks import check_policy
from chiba_ward.access.secrets_at_rest import SecretsStore
from chiba_ward.sealed import stores


def register_all() -> None:
    checks.register(check_policy, checks.Tags.security)
    # allauth and Django tell of these by signals only; nothing of ours is sent this way.
    authenticator_added.connect(doors.factor_added)
    authenticator_removed.connect(doors.factor_removed)
    authenticator_added.connect(sign_in_events.factor_added)
    authenticator_removed.connect(sign_in_events.factor_removed)
    authentication_failed.connect(sign_in_events.factor_failed)
    for signal in (password_changed, password_set, password_reset):
        signal.connect(sign_in_events.password_changed)
    user_logged_out.connect(sign_in_events.signed_out)
    stores.announce(SecretsStore())
    readlog.register_kind("person", "利用者")
    readlog.register_kind("posting", "発令")
    readlog.register_kind("post", "職")
    readlog.register_kind("work", "今日の仕事")
    readlog.register_kind("read_log", "閲覧記録")
    for model, kind in (
        ("access_user", "person"),
        ("directory_posting", "posting"),
        ("directory_post_", "post"),
    ):
        readlog.register_target(f"admin:{model}", "object_id", kind)
