"""Spoken texts to sound files: pluggable speech engines, studio recordings win."""
