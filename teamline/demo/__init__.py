"""The demo: a lab with simulated members and citizens, and a text view of who waits where."""
