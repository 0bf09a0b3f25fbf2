"""The faults of a walk are reported once, with their address, by the walk itself."""
