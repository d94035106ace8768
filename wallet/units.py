"""The units that prices and values are counted in."""

MICRO = 1_000_000
MICRO_PER_MINOR = 10_000  # the settlement currency has two decimals
