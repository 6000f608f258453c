"""The lab: a private centre from one teams.yaml, its parts as siblings that all end with it."""
