"""保護が必要な相談: abuse and violence are not a category but another process (DOMAIN §1 8, §5 1-2).

A human confirms; from that commit on the matter lies in a compartment, is handed over by telephone, and a clock of 48
hours runs for the safety check. The record of the case itself is kept elsewhere.
"""
