"""What the caller hears: one conversation per file, async functions over a Line."""
