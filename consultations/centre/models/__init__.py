"""The records of 取組項目 1-2 that the portal keeps of a child: ledger, evaluations, plans, transfers.

The child's record itself stays in the city's 児童相談システム (DOMAIN §5 1-2 c).
"""

from consultations.centre.models.entry import Evaluation, ProgressEntry
from consultations.centre.models.master import CentreName, EvaluationInterval
from consultations.centre.models.plan import ChildSupportPlan
from consultations.centre.models.transfer import CaseTransfer

__all__ = [
    "CaseTransfer",
    "CentreName",
    "ChildSupportPlan",
    "Evaluation",
    "EvaluationInterval",
    "ProgressEntry",
]
