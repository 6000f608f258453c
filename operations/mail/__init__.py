"""What has to leave the house, tried again until it has."""
