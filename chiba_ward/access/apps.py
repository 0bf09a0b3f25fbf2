from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "chiba_ward.access"
    verbose_name = "利用者と権限"

    def ready(self) -> None:
        # allauth tells of a new or removed second factor by signals only; nothing of ours is sent this way.
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.core import checks

        from chiba_ward.access.doors import factor_added, factor_removed
        from chiba_ward.access.policy.checks import check_policy

        authenticator_added.connect(factor_added)
        authenticator_removed.connect(factor_removed)
        checks.register(check_policy, checks.Tags.security)
