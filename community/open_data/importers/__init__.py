"""Files in the municipal standard formats: read line by line, taken in as a whole or not at all, twice the same.

A row is known by 団体コード and ID of its publisher. What a newer file of the same publisher leaves out is ended.
"""

from community.open_data.importers.report import COUNTS, Finding, Report, UnreadableFile
from community.open_data.importers.taking import LIMIT_BYTES, content_of, take_in, try_out

__all__ = [
    "COUNTS",
    "LIMIT_BYTES",
    "Finding",
    "Report",
    "UnreadableFile",
    "content_of",
    "take_in",
    "try_out",
]
