"""困りごとと、できること (DOMAIN §5 2-1): entered, checked, proposed with named reasons, brokered, followed up."""
