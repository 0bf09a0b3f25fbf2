"""緊急の開示 (break-glass): one sealed matter for an hour, with a reason, before the eyes of the supervisor and the auditors."""
