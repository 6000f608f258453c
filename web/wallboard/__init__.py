"""The wallboard: a few teams, large, for everybody in the room."""
