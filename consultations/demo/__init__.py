"""The demo city: plainly invented people for every role and a year of consultations in every state."""
