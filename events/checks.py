"""What must hold in the event log. An upper floor adds it to `ledger_check`."""

from django.db import connection


def gaps() -> list[str]:
    """Streams whose numbers do not run from 1 to the last one handed out, a sentence each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT stream.name, stream.last_number, count(event.number), coalesce(max(event.number), 0)
            FROM events_stream stream LEFT JOIN events_event event ON event.stream_id = stream.id
            GROUP BY stream.id
            HAVING (count(event.number), coalesce(max(event.number), 0)) <> (stream.last_number, stream.last_number)
            """
        )
        rows = cursor.fetchall()
    return [
        f"stream {name}: {count} events up to number {highest}, {last} were handed out"
        for name, last, count, highest in rows
    ]
