"""What residents tell, sealed column by column (docs/adr/0013-sealed-fields.md): keys, envelopes, fields, rotation."""
