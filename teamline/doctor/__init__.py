"""The doctor: looks at everything a call depends on, and names the cure for each fault."""
