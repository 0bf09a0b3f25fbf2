"""Starts the portal on one machine: environment, servers, tests. Standard library only.

`prepare` is the exception: the launcher runs it inside the locked environment.
Reasons: docs/adr/0001-embedded-servers.md.
"""
