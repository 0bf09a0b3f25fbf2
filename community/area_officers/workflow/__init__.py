"""Transition tables. A state changes here and nowhere else (DESIGN §2 rule 5)."""
