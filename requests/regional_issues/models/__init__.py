from regional_issues.models.dialogue import CitizenDialogue, DialogueOpinion
from regional_issues.models.issue import IssueEntry, IssueSource, LocalIssue

__all__ = ["CitizenDialogue", "DialogueOpinion", "IssueEntry", "IssueSource", "LocalIssue"]
