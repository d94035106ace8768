-- Chat: a batch of messages in, one answer each out, all in the caller's one transaction.
--
-- Message n: authors[n] (user id) says texts[n], which is clean and short enough, in room_ids[n] under keys[n].
--
-- status          message_id   said, at       effect
-- posted          its id       as given       the message and its event
-- replayed        first's      first's        none: the same message once more
-- key_reused      null         null           none: another message has this key
-- unknown_room, room_closed: as above, none. A room whose creator the author may not see is unknown
-- not_welcome     null         null           none: the creator does not take messages from this author
--
-- The unique (author, key) decides: of two calls with one key the second waits at the INSERT until the first is
-- committed, then finds its row. What stands under a key is looked at before the room: a repeat is answered after
-- the room has ended too. Lock order: the rooms (shared: a room that is being ended is waited for, messages and
-- gifts do not wait for each other); the keys, sorted, so that two calls never wait for one another; the streams.
CREATE FUNCTION live_say(
    authors bigint[], keys text[], room_ids uuid[], texts text[], said_at timestamptz
) RETURNS TABLE (status text, message_id bigint, said text, at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    -- Drawn beforehand, so that the ids go by the batch and the rows by the keys.
    ids CONSTANT bigint[] := ARRAY(
        SELECT nextval('live_message_id_seq') FROM generate_series(1, cardinality(keys))
    );
    away CONSTANT text[] := accounts_turned_away(authors, live_creators(room_ids), 'comment');
BEGIN
    PERFORM FROM live_room WHERE id = ANY (room_ids) ORDER BY id FOR SHARE;

    INSERT INTO live_message (id, author_id, key, room_id, text, at)
    SELECT asked.id, asked.author_id, asked.key, asked.room_id, asked.text, said_at
    FROM unnest(ids, authors, keys, room_ids, texts, away) AS asked(id, author_id, key, room_id, text, away)
    JOIN live_room room ON room.id = asked.room_id AND room.status = 'live' AND asked.away IS NULL
    ORDER BY asked.author_id, asked.key, asked.id
    ON CONFLICT (author_id, key) DO NOTHING;

    PERFORM live_tell_messages(ids, said_at);

    RETURN QUERY
    SELECT CASE WHEN known.id = asked.id THEN 'posted'
                WHEN match.is_same THEN 'replayed'
                WHEN known.id IS NOT NULL THEN 'key_reused'
                WHEN room.id IS NULL OR asked.away = 'unseen' THEN 'unknown_room'
                WHEN room.status <> 'live' THEN 'room_closed'
                ELSE 'not_welcome' END,
           CASE WHEN match.is_same THEN known.id END,
           CASE WHEN match.is_same THEN known.text::text END,
           CASE WHEN match.is_same THEN known.at END
    FROM unnest(ids, authors, keys, room_ids, texts, away) WITH ORDINALITY
        AS asked(id, author_id, key, room_id, text, away, n)
    LEFT JOIN live_message known ON known.author_id = asked.author_id AND known.key = asked.key
    LEFT JOIN live_room room ON room.id = asked.room_id
    CROSS JOIN LATERAL (SELECT known.room_id = asked.room_id AND known.text = asked.text AS is_same) match
    ORDER BY asked.n;
END
$$;


-- Whose room each of `room_ids` is, in order; null for what is none.
CREATE FUNCTION live_creators(room_ids uuid[]) RETURNS bigint[]
LANGUAGE sql STABLE
RETURN array(
    SELECT room.creator_id FROM unnest(room_ids) WITH ORDINALITY AS asked(id, n)
    LEFT JOIN (SELECT id, creator_id FROM live_room WHERE id = ANY (room_ids)) room ON room.id = asked.id ORDER BY asked.n
);


-- Writes "chat.message" of those of `ids` that were posted to the stream of their room, in the order of the batch.
CREATE FUNCTION live_tell_messages(ids bigint[], said_at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    streams text[];
    runs jsonb[];
BEGIN
    SELECT array_agg(said.stream), array_agg(said.run) INTO streams, runs
    FROM (
        SELECT 'room:' || posted.room_id AS stream,
               jsonb_agg(jsonb_build_object('message', posted.id, 'author', posted.author_id) ORDER BY posted.id) AS run
        FROM live_message posted WHERE posted.id = ANY (ids) GROUP BY posted.room_id
    ) said;
    IF streams IS NOT NULL THEN
        PERFORM events_append(streams, array_fill('chat.message'::text, array[cardinality(streams)]), runs, said_at);
    END IF;
END
$$;
