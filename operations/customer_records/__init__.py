"""What is kept of one customer over every store: shown, and erased."""
