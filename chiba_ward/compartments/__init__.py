"""Closed rooms for matters of abuse and the like: who has a seat, and how PostgreSQL keeps everybody else out."""
