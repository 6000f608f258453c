"""Reports: the figures of any interval over HTTP, their page, and the curves of today."""
