"""What people and the worker do with payouts, one file per journey."""
