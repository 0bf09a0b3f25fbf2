"""地域担当職員: assignments to districts, the notebook, promises, documents of hand-over, and how long is too long."""

from community.area_officers.models.assignment import AreaAssignment
from community.area_officers.models.hand_over import HandOver
from community.area_officers.models.master import VisitRule
from community.area_officers.models.notebook import AreaPromise, AreaVisit

__all__ = ["AreaAssignment", "AreaPromise", "AreaVisit", "HandOver", "VisitRule"]
