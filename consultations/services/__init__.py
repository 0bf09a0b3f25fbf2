"""Verbs of this module: the face that pages, admin, API and tasks call."""
