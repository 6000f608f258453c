"""Documents, from their first byte to their receipt."""
