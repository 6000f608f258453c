"""Teams' mailboxes: messages, documents, requests for a callback."""
