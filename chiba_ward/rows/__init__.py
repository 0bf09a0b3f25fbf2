"""How rows are remembered and written: what stands below every other package of the ground."""
