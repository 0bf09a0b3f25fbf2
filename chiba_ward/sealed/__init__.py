"""What is kept from most of the house: compartments of matters (rows), and sealed fields."""
