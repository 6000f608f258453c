"""Signing in at the browser: the page, and the way over an identity provider and back."""
