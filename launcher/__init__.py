"""Starts the portal on one machine: environment, servers, tests. Standard library only.

`prepare` and `messages` are the exceptions: the launcher runs them inside the locked environment.
Reasons: docs/adr/0001-embedded-servers.md.
"""
