"""Asterisk's queue_log: what happened to callers while nobody of ours was watching."""
