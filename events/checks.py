"""What must hold in the event log. An upper floor adds it to `ledger_check`."""

from django.db import connection

# A row begins where the one before it ended, and holds a body for each of its numbers.
GAPS = """
    WITH run AS (
        SELECT stream_id, first_number, last_number, jsonb_array_length(bodies) AS bodies,
               lag(last_number, 1, 0::bigint) OVER (PARTITION BY stream_id ORDER BY last_number) AS previous
        FROM events_event
    )
    SELECT stream.name, run.first_number, run.last_number, run.previous, run.bodies
    FROM run JOIN events_stream stream ON stream.id = run.stream_id
    WHERE run.first_number <> run.previous + 1 OR run.bodies <> run.last_number - run.first_number + 1
"""
ENDS = """
    SELECT stream.name, stream.last_number, coalesce(max(event.last_number), 0)
    FROM events_stream stream LEFT JOIN events_event event ON event.stream_id = stream.id
    GROUP BY stream.id HAVING coalesce(max(event.last_number), 0) <> stream.last_number
"""


def gaps() -> list[str]:
    """Streams whose numbers do not run from 1 to the last one handed out, a sentence each."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS)
        runs = [
            f"stream {name}: events {first} to {last} follow on number {previous} and have {bodies} bodies"
            for name, first, last, previous, bodies in cursor.fetchall()
        ]
        cursor.execute(ENDS)
        ends = [
            f"stream {name}: its events end at number {highest}, {last} were handed out"
            for name, last, highest in cursor.fetchall()
        ]
    return runs + ends
