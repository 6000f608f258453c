"""Every spoken text, one YAML file per language, and the words for numbers and times."""
