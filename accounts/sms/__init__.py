"""Texts to phones: what is said, who is asked to send it, and that it goes out once."""
