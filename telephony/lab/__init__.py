"""A private Asterisk for demo and tests: fetched without root, run in place, ended with its owner."""
