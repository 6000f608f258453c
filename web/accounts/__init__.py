"""Accounts: an administrator's list of who may sign in, and everybody's own sessions and password."""
