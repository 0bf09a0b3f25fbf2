"""Hostile and unlucky files, each built here by a small function; nothing binary lies in the repository.

`SPECIMENS` names all of them with what must become of each.
"""

from tests.casework.corpus.specimens import SPECIMENS, Specimen

CANARY = b"CANARY-7731"
__all__ = ["CANARY", "SPECIMENS", "Specimen"]
