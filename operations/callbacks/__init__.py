"""Callbacks that keep their place: stood in for in line, dialled when a member is free, once."""
