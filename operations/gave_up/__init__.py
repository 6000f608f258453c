"""People who hung up while they waited today, and were not served since."""
