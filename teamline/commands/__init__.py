"""The commands, one file each; what they print, how they fail."""
