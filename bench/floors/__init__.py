"""The floors: the least that Django and PostgreSQL cost for a page of 25 rows, for an INSERT, and for nothing at all."""
