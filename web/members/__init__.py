"""Members over HTTP: who is signed in, who pauses, and both from a desk or a board."""
