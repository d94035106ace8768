"""What makes a password a good one: hard to guess, in no list of leaked ones, and nothing of its person in it."""
