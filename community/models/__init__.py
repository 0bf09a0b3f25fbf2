"""地域の団体: who they are, how they are reached, what they told the city, how many households belong to them."""

from community.models.annual import AnnualReturn
from community.models.contact import OrgContact
from community.models.figures import EnrolmentFigure, HouseholdFigure
from community.models.master import ActivityField, ReturnRule
from community.models.org import CommunityOrg, CommunityResource, OrgLine, OrgPlace

__all__ = [
    "ActivityField",
    "AnnualReturn",
    "CommunityOrg",
    "CommunityResource",
    "EnrolmentFigure",
    "HouseholdFigure",
    "OrgContact",
    "OrgLine",
    "OrgPlace",
    "ReturnRule",
]
