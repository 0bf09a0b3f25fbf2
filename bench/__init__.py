"""How fast the portal is, as a ratio to the least that Django and PostgreSQL cost, at two sizes of city.

One command: `python3 manage.py bench`. It stands above every other package; nothing imports it.
"""
