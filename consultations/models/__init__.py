"""The records of 取組項目 1-1 市民からの相談対応の充実 (目指すべき姿①)."""

from consultations.models.case import CaseLink, CitizenMessage, Consultation, Party
from consultations.models.master import Field, LegalGround, Topic, UrgencyWord
from consultations.models.referral import ConsentGrant, PartnerLink, Referral, ReferralItem, ReferralQuestion

__all__ = [
    "CaseLink",
    "CitizenMessage",
    "ConsentGrant",
    "Consultation",
    "Field",
    "LegalGround",
    "PartnerLink",
    "Party",
    "Referral",
    "ReferralItem",
    "ReferralQuestion",
    "Topic",
    "UrgencyWord",
]
