"""Pages of a row that hangs on a case; how an act is shown and pressed is the same in every module."""

from chiba_ward.casework.acting import Act, Acts, add_refusal

__all__ = ["Act", "Acts", "add_refusal"]
