"""Asterisk configuration rendered from teams.yaml; never touches a foreign file."""
