"""How fast the hot paths are, each beside its yardsticks in one interleaved run: `python3 dev.py bench NAME`.

This folder may import everything of ours; nobody imports it. docs/performance.md shows the results and how to read
them. A benchmark is one module with `run(plan) -> Report`; what they share is here:

    harness    rounds, medians, percentiles, ratios, the table, the JSON
    machine    what the numbers were taken on
    servers    PostgreSQL and Valkey of their own, as durable as a real installation's
    stage      fans with coins, creators with rooms
    in_process our gift path driven inside one process
    yardsticks/ the others
"""
