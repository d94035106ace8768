-- Appends events, and answers the number that the first of each run got on its stream.
--
-- runs[n] is a JSON array of bodies: events of types[n] that follow one another on streams[n]. A row keeps up to 64 of
-- them (a batch of gifts is a handful of rows); readers see them one by one (events/log.py).
--
-- Call it last in a transaction: the stream's row stays locked until the commit, which is what makes the numbers
-- free of gaps and ordered as the commits are. Streams are locked by id, all of them before the first is written.
CREATE FUNCTION events_append(streams text[], types text[], runs jsonb[], happened_at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    firsts bigint[];
BEGIN
    INSERT INTO events_stream (name)
    SELECT DISTINCT given.name FROM unnest(streams) AS given(name)
    WHERE NOT EXISTS (SELECT FROM events_stream there WHERE there.name = given.name)
    ORDER BY given.name
    ON CONFLICT (name) DO NOTHING;

    PERFORM FROM events_stream WHERE name = ANY (streams) ORDER BY id FOR NO KEY UPDATE;

    WITH run AS MATERIALIZED (
        SELECT given.n, stream.id AS stream_id, given.type, given.bodies, jsonb_array_length(given.bodies) AS length,
               stream.last_number + 1 + coalesce(sum(jsonb_array_length(given.bodies)) OVER (
                   PARTITION BY stream.id ORDER BY given.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first
        FROM unnest(streams, types, runs) WITH ORDINALITY AS given(name, type, bodies, n)
        JOIN (SELECT * FROM events_stream WHERE name = ANY (streams)) stream ON stream.name = given.name
    ), written AS (
        INSERT INTO events_event (stream_id, first_number, last_number, type, bodies, at)
        SELECT run.stream_id, run.first + part.n, least(run.first + part.n + 63, run.first + run.length - 1), run.type,
               CASE WHEN run.length <= 64 THEN run.bodies
                    ELSE jsonb_path_query_array(run.bodies, '$[$from to $to]',
                                                jsonb_build_object('from', part.n, 'to', part.n + 63)) END,
               happened_at
        FROM run CROSS JOIN LATERAL generate_series(0, run.length - 1, 64) AS part(n)
        ORDER BY run.n, part.n
    ), counted AS (
        UPDATE events_stream stream SET last_number = last.number
        FROM (SELECT stream_id, max(first + length - 1) AS number FROM run GROUP BY stream_id) last
        WHERE stream.id = last.stream_id
    )
    SELECT array_agg(first ORDER BY n) INTO firsts FROM run;
    RETURN firsts;
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
