"""The proof of money in: payments, refunds and disputes under faults and kill −9 (docs/operations.md, Proofs)."""
