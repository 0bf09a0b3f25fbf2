"""What people upload: checked, taken apart and built anew before anything keeps it (ASSURANCE FI1–FI5, AN5)."""

from chiba_ward.casework.files.errors import RejectedUpload, Rejection
from chiba_ward.casework.files.intake import MAX_BYTES, CleanFile, clean_upload

__all__ = ["MAX_BYTES", "CleanFile", "RejectedUpload", "Rejection", "clean_upload"]
