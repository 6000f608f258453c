"""Who gets this contact, and in which order: the pure core, a function of facts and time."""
