"""Finding matters by words that the database cannot read (docs/adr/0014-search-over-sealed-text.md).

Each matter has one row of numbers. A number stands for a word, a fragment, four digits of a telephone number …: the
beginning of its HMAC-SHA256 under a key of its own. Whoever asks computes the same numbers and PostgreSQL intersects.

`folding` makes spellings equal, `words` cuts text into words, `terms` makes the numbers, `index` writes them,
`question` asks.
"""
