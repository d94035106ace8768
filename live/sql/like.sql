-- Likes: a batch of gathered taps in, one answer each out, all in the caller's one transaction.
--
-- Request n: fans[n] (user id) has tapped counts[n] times in room_ids[n]; keys[n] names this request. A batch holds
-- a fan and room once; the caller leaves a second for the next batch.
--
-- status          total                 effect
-- counted         the room's, after     counts[n] more for the room and for the fan in it
-- own_room        the room's            none: a creator's own taps do not count
-- unknown_room    null                  none: there is none, or its creator does not show themselves to the fan
-- room_closed     the room's            none
--
-- A row keeps the key of its newest request, so a batch whose outcome is unknown is run again without counting twice,
-- and its requests are answered as the first time.
--
-- A batch writes at most one event a room, which names nobody. A crowd's hearts are paced: twenty events at once, then
-- four a second, each with all likes since the last. Thousands who listen want no more; a room where a few people tap
-- never waits. What a crowd that stops at once leaves untold (a quarter of a second's likes) comes with the next like.
--
-- Lock order: the rooms (shared, as for gifts, which no like holds up); the fans' rows, then the rooms' totals, each
-- sorted; the streams.
CREATE FUNCTION live_like(
    fans bigint[], keys uuid[], room_ids uuid[], counts integer[], liked_at timestamptz
) RETURNS TABLE (status text, total bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    pace CONSTANT interval := '250 milliseconds';
    may_tell CONSTANT timestamptz := liked_at + 20 * pace;
    away CONSTANT text[] := accounts_turned_away(fans, live_creators(room_ids), 'see');
    streams text[];
    runs jsonb[];
BEGIN
    PERFORM FROM live_room WHERE id = ANY (room_ids) ORDER BY id FOR SHARE;

    WITH counted AS (
        INSERT INTO live_fanlikes AS known (room_id, fan_id, count, last_key)
        SELECT room.id, asked.fan_id, asked.count, asked.key
        FROM unnest(fans, keys, room_ids, counts, away) AS asked(fan_id, key, room_id, count, away)
        JOIN live_room room
            ON room.id = asked.room_id AND room.status = 'live' AND room.creator_id <> asked.fan_id
               AND asked.away IS NULL
        ORDER BY room.id, asked.fan_id
        ON CONFLICT (room_id, fan_id)
            DO UPDATE SET count = known.count + excluded.count, last_key = excluded.last_key
            WHERE known.last_key <> excluded.last_key
        RETURNING new.room_id, new.count - coalesce(old.count, 0) AS added
    ), grown AS (
        INSERT INTO live_roomlikes AS known (room_id, total, told, paced_until)
        SELECT room_id, sum(added), sum(added), liked_at + pace FROM counted GROUP BY room_id ORDER BY room_id
        ON CONFLICT (room_id) DO UPDATE SET
            total = known.total + excluded.total,
            told = CASE WHEN known.paced_until <= may_tell THEN known.total + excluded.total ELSE known.told END,
            paced_until = CASE WHEN known.paced_until <= may_tell
                THEN greatest(known.paced_until, liked_at) + pace ELSE known.paced_until END
        RETURNING new.room_id, new.total, new.told, new.total - coalesce(old.told, 0) AS untold
    )
    SELECT array_agg('room:' || room_id ORDER BY room_id),
           array_agg(jsonb_build_array(jsonb_build_object('count', untold, 'total', total)) ORDER BY room_id)
    INTO streams, runs
    FROM grown WHERE told = total;

    IF streams IS NOT NULL THEN
        PERFORM events_append(streams, array_fill('room.liked'::text, array[cardinality(streams)]), runs, liked_at);
    END IF;

    RETURN QUERY
    SELECT CASE WHEN mine.last_key = asked.key THEN 'counted'
                WHEN room.id IS NULL OR asked.away IS NOT NULL THEN 'unknown_room'
                WHEN room.creator_id = asked.fan_id THEN 'own_room'
                ELSE 'room_closed' END,
           CASE WHEN room.id IS NOT NULL AND (asked.away IS NULL OR mine.last_key = asked.key) THEN coalesce(likes.total, 0) END
    FROM unnest(fans, keys, room_ids, away) WITH ORDINALITY AS asked(fan_id, key, room_id, away, n)
    LEFT JOIN live_room room ON room.id = asked.room_id
    LEFT JOIN live_fanlikes mine ON mine.room_id = asked.room_id AND mine.fan_id = asked.fan_id
    LEFT JOIN live_roomlikes likes ON likes.room_id = asked.room_id
    ORDER BY asked.n;
END
$$;


-- A busy room's total changes with every batch: its old versions must fit beside the new one.
ALTER TABLE live_roomlikes SET (
    fillfactor = 50, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0
);
ALTER TABLE live_fanlikes SET (fillfactor = 80);
