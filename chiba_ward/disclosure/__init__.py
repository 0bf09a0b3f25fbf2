"""What may leave the house of a person who must not be found (支援措置), and the emergency in which a sealed matter opens."""
