"""Cells that a spreadsheet must not take for a formula: the rule of the ground, under this module's name."""

from chiba_ward.ui.cells import TRIGGERS, safe_cell

__all__ = ["TRIGGERS", "safe_cell"]
