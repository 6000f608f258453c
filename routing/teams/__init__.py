"""teams.yaml: read, checked, explained, compared."""
