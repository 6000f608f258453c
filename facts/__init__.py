"""What happened, past tense: frozen values with one id from the first ring to the last. Pure."""
