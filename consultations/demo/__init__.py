"""The demo city: plainly invented people for every role and a year of consultations in every state."""

from chiba_ward.rows.demo import load_more, register

__all__ = ["load_more", "register"]
