"""Pure folds of facts into figures, and the one exporter."""
