"""What if: a question to the centre's own journal, and its answer in figures and words."""
