"""The face of つなぎ for the other services of this module; the verbs live in `consultations.services.referrals`."""

from consultations.services.referrals import recall_all, withdraw_consent

__all__ = ["recall_all", "withdraw_consent"]
