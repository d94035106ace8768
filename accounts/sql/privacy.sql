-- Who may do what with whom, decided for a whole batch.
--
-- Pair n: visitors[n] (user id; 0: somebody who is not signed in) would do `deed` with hosts[n] (null: nobody).
-- 'see' is being shown the host's profile and room; 'comment' and 'gift' ask for that first.
--
-- answer n     meaning
-- null         welcome
-- unseen       the host does not show themselves to the visitor: for the visitor there is nobody
-- unwelcome    the host is seen, but does not want this from the visitor
--
-- Null altogether is "all are welcome", which three looks into small indexes find when no host has a rule and nobody
-- is parted: nearly always.
CREATE FUNCTION accounts_turned_away(visitors bigint[], hosts bigint[], deed text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT EXISTS (
            SELECT FROM accounts_privacysettings
            WHERE user_id = ANY (hosts)
              AND (profile_seen_by <> 'everyone' OR deed = 'comment' AND comments_from <> 'everyone'
                   OR deed = 'gift' AND gifts_from <> 'everyone'))
       AND NOT EXISTS (SELECT FROM accounts_block WHERE blocker_id = ANY (hosts) AND blocked_id = ANY (visitors))
       AND NOT EXISTS (SELECT FROM accounts_block WHERE blocker_id = ANY (visitors) AND blocked_id = ANY (hosts))
    THEN
        RETURN NULL;
    END IF;
    RETURN array(
        SELECT CASE
            WHEN pair.host IS NULL OR pair.visitor = pair.host THEN NULL
            WHEN parted.visitor IS NOT NULL
                 OR NOT accounts_opens_for(rules.profile_seen_by, follows.followed_id, followed.follower_id) THEN 'unseen'
            WHEN deed = 'comment'
                 AND NOT accounts_opens_for(rules.comments_from, follows.followed_id, followed.follower_id)
                 OR deed = 'gift'
                 AND NOT accounts_opens_for(rules.gifts_from, follows.followed_id, followed.follower_id) THEN 'unwelcome'
            END
        FROM unnest(visitors, hosts) WITH ORDINALITY AS pair(visitor, host, n)
        LEFT JOIN (SELECT * FROM accounts_privacysettings WHERE user_id = ANY (hosts)) rules ON rules.user_id = pair.host
        LEFT JOIN (SELECT * FROM accounts_follow WHERE follower_id = ANY (visitors) AND followed_id = ANY (hosts)) follows
            ON follows.follower_id = pair.visitor AND follows.followed_id = pair.host
        LEFT JOIN (SELECT * FROM accounts_follow WHERE follower_id = ANY (hosts) AND followed_id = ANY (visitors)) followed
            ON followed.followed_id = pair.visitor AND followed.follower_id = pair.host
        LEFT JOIN (
            SELECT blocked_id AS visitor, blocker_id AS host
            FROM accounts_block WHERE blocker_id = ANY (hosts) AND blocked_id = ANY (visitors)
            UNION
            SELECT blocker_id, blocked_id
            FROM accounts_block WHERE blocker_id = ANY (visitors) AND blocked_id = ANY (hosts)
        ) parted ON parted.visitor = pair.visitor AND parted.host = pair.host
        ORDER BY pair.n
    );
END
$$;


-- Whether a rule opens for a visitor; no rule opens for everyone. `follows` and `followed` are null where the visitor
-- does not follow the host, and the host not the visitor.
CREATE FUNCTION accounts_opens_for(rule text, follows bigint, followed bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE coalesce(rule, 'everyone')
    WHEN 'everyone' THEN true
    WHEN 'followers' THEN follows IS NOT NULL
    WHEN 'followed' THEN followed IS NOT NULL
    ELSE false
END;
