"""Filling a demo: three weeks of an economy, lived through the real services against the simulated provider."""
