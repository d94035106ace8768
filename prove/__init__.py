"""Proofs: the real program under load and under kill −9, and what must hold afterwards.

`python3 dev.py prove gifts` is its entrance (docs/operations.md, Proofs). It stands above the whole house, as the
tests do: it may import everything, and nobody imports it.
"""
