-- Appends events, in the order given, and answers the number each got on its stream.
--
-- Call it last in a transaction: the stream's row stays locked until the commit, which is what makes the numbers
-- free of gaps and ordered as the commits are. Streams are locked by id, all of them before the first is written.
CREATE FUNCTION events_append(stream_names text[], types text[], bodies jsonb[], happened_at timestamptz)
RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    numbers bigint[];
BEGIN
    INSERT INTO events_stream (name)
    SELECT DISTINCT given.name FROM unnest(stream_names) AS given(name)
    WHERE NOT EXISTS (SELECT FROM events_stream there WHERE there.name = given.name)
    ORDER BY given.name
    ON CONFLICT (name) DO NOTHING;

    PERFORM FROM events_stream WHERE name = ANY (stream_names) ORDER BY id FOR NO KEY UPDATE;

    WITH given AS (
        SELECT stream.id AS stream_id, event.type, event.body, event.n,
               stream.last_number + row_number() OVER (PARTITION BY stream.id ORDER BY event.n) AS number
        FROM unnest(stream_names, types, bodies) WITH ORDINALITY AS event(name, type, body, n)
        JOIN events_stream stream ON stream.name = event.name
    ), written AS (
        INSERT INTO events_event (stream_id, number, type, body, at)
        SELECT stream_id, number, type, body, happened_at FROM given ORDER BY n
    ), counted AS (
        UPDATE events_stream stream SET last_number = last.number
        FROM (SELECT stream_id, max(number) AS number FROM given GROUP BY stream_id) last
        WHERE stream.id = last.stream_id
    )
    SELECT array_agg(number ORDER BY n) INTO numbers FROM given;
    RETURN numbers;
END
$$;


CREATE FUNCTION events_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what happened stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_event
FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();

CREATE TRIGGER events_stream_permanent BEFORE DELETE OR TRUNCATE ON events_stream
FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();

ALTER TABLE events_stream SET (
    fillfactor = 50, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0
);
