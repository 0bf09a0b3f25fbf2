"""What is published goes out as it may come in: the standard tables, boundaries as GeoJSON, events as iCalendar."""
