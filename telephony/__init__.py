"""Asterisk's wires: FastAGI, AMI, rendered configuration, sound files, a private Asterisk for the lab."""
