"""Administration: configuration, directory, the year, health, and what is kept of one customer."""
