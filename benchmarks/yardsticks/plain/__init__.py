"""The gift that most Django projects would write: two rows locked, two balances changed, two entries."""
