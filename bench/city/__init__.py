"""A city of any size, invented and the same every time, written by COPY."""
