"""Who did what: the record over HTTP, and as a page."""
