"""Master data for those who look after it: places, offices and their names, people and their posts."""

from chiba_ward.directory.admin import numbers, offices, people, places

__all__ = ["numbers", "offices", "people", "places"]
