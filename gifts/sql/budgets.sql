-- What fans allow themselves: how much for one gift, and how much for one creator in a day, a week or a month.
--
-- Budgets of all that a fan spends are the books' (ledger/sql/ceilings.sql). These two know creators and gifts, so they
-- are decided here, before the books are asked, and count what the books then posted.

-- Whether any of the senders has a budget for a creator. Nearly always none has, and this look into an index is all.
CREATE FUNCTION gifts_have_budgets(senders bigint[]) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT FROM gifts_creatorbudget WHERE fan_id = ANY (senders)) $$;


-- Begins the periods that have come since. Under the lock of the fans' coins.
CREATE FUNCTION gifts_renew_budgets(fans bigint[], at timestamptz) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    UPDATE gifts_creatorbudget budget
    SET (starts_at, ends_at) = (SELECT p.starts_at, p.ends_at FROM ledger_period(budget.period, at, budget.zone) p),
        spent = 0
    WHERE fan_id = ANY (fans) AND ends_at <= at
$$;


-- Refuses what is over a fan's limit for one gift, or over what one of the fan's budgets leaves for the creator.
-- Right for one request a fan; a fan with a budget sends no more than that at once (gifts_post_in_rounds).
CREATE FUNCTION gifts_refuse_over_budgets(wishes gifts_wishes, looked gifts_found, budgeted boolean) RETURNS gifts_found
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT budgeted AND NOT EXISTS (SELECT FROM gifts_giftlimit WHERE fan_id = ANY (wishes.senders)) THEN
        RETURN looked;
    END IF;
    looked.refusals := array(
        SELECT CASE WHEN asked.refusal IS NOT NULL THEN asked.refusal
                    WHEN asked.total > most.coins THEN 'over_gift_limit'
                    WHEN asked.total > budget.remaining THEN 'over_creator_budget' END
        FROM unnest(wishes.senders, looked.creators, looked.totals, looked.refusals)
             WITH ORDINALITY AS asked(sender, creator, total, refusal, n)
        LEFT JOIN (SELECT * FROM gifts_giftlimit WHERE fan_id = ANY (wishes.senders)) most ON most.fan_id = asked.sender
        LEFT JOIN (
            SELECT fan_id, creator_id, min(coins - spent) AS remaining
            FROM gifts_creatorbudget WHERE fan_id = ANY (wishes.senders) GROUP BY fan_id, creator_id
        ) budget ON budget.fan_id = asked.sender AND budget.creator_id = asked.creator
        ORDER BY asked.n
    );
    RETURN looked;
END
$$;


-- Counts what was posted. Under the lock of the fans' coins, and asked of every batch: a budget that was set since the
-- batch began is counted from here on (gifts_set_creator_budget counted what was posted before).
CREATE FUNCTION gifts_count_spent(wishes gifts_wishes, found gifts_found, settled gifts_settled, sent_at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF NOT gifts_have_budgets(wishes.senders) THEN
        RETURN;
    END IF;
    UPDATE gifts_creatorbudget budget SET spent = budget.spent + given.coins
    FROM (
        SELECT sender, creator, sum(total)::bigint AS coins
        FROM unnest(wishes.senders, found.creators, found.totals, settled.statuses) AS g(sender, creator, total, status)
        WHERE status = 'posted' GROUP BY sender, creator
    ) given
    WHERE budget.fan_id = given.sender AND budget.creator_id = given.creator AND budget.fan_id = ANY (wishes.senders)
      AND budget.starts_at <= sent_at AND budget.ends_at > sent_at;
END
$$;


-- In which round each request is put through: a fan who has a creator budget sends one gift a round, everybody else
-- is in the first.
CREATE FUNCTION gifts_rounds(senders bigint[]) RETURNS integer[]
LANGUAGE sql STABLE
AS $$ SELECT array(
    SELECT CASE WHEN sender IN (SELECT fan_id FROM gifts_creatorbudget WHERE fan_id = ANY (senders))
                THEN (row_number() OVER (PARTITION BY sender ORDER BY n))::integer ELSE 1 END
    FROM unnest(senders) WITH ORDINALITY AS asked(sender, n) ORDER BY n
) $$;


-- Some requests of a batch, by their places.
CREATE FUNCTION gifts_pick(wishes gifts_wishes, places integer[]) RETURNS gifts_wishes
LANGUAGE sql STABLE
RETURN (
    SELECT (array_agg(sender ORDER BY n), array_agg(key ORDER BY n), array_agg(room ORDER BY n),
            array_agg(slug ORDER BY n), array_agg(quantity ORDER BY n), array_agg(coins ORDER BY n))::gifts_wishes
    FROM unnest(wishes.senders, wishes.keys, wishes.rooms, wishes.slugs, wishes.quantities, wishes.shown)
         WITH ORDINALITY AS w(sender, key, room, slug, quantity, coins, n)
    WHERE n = ANY (places)
);


-- Posts a batch in which somebody has a creator budget, so that each answer is exactly the one of one after the other.
-- All accounts are locked before the first round, in the one order: what the fans have left is read under their lock, and a
-- later round finds nothing that it would have to wait for.
CREATE FUNCTION gifts_post_in_rounds(wishes gifts_wishes, default_hold_days integer, sent_at timestamptz)
RETURNS gifts_posted
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    found gifts_found := gifts_look(wishes, default_hold_days, sent_at);
    question CONSTANT gifts_question := gifts_ask(wishes, found, sent_at);
    rounds CONSTANT integer[] := gifts_rounds(wishes.senders);
    statuses text[] := array_fill(NULL::text, array[cardinality(rounds)]);
    ids bigint[] := array_fill(NULL::bigint, array[cardinality(rounds)]); balances bigint[] := ids;
    taken ledger_taken; places integer[]; part gifts_posted; settled gifts_settled;
BEGIN
    taken := ledger_take(question.named, sent_at);
    PERFORM ledger_lock_ids(taken.late);
    PERFORM gifts_renew_budgets(wishes.senders, sent_at);
    FOR round IN 1 .. (SELECT max(r) FROM unnest(rounds) AS r) LOOP
        places := array(SELECT n FROM generate_series(1, cardinality(rounds)) AS n WHERE rounds[n] = round ORDER BY n);
        part := gifts_post(gifts_pick(wishes, places), default_hold_days, sent_at, true);
        settled := part.settled;
        FOR i IN 1 .. cardinality(places) LOOP
            statuses[places[i]] := settled.statuses[i];
            ids[places[i]] := settled.ids[i];
            balances[places[i]] := settled.balances[i];
        END LOOP;
    END LOOP;
    RETURN (found, (statuses, ids, balances)::gifts_settled);
END
$$;


-- The budget that a refused request went over, by request; null when none was refused for one. What is left is told as
-- of the end of the batch.
CREATE FUNCTION gifts_budgets_told(senders bigint[], creators bigint[], holders bigint[], statuses text[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT statuses && array['over_ceiling', 'over_creator_budget', 'over_gift_limit'] THEN
        RETURN NULL;
    END IF;
    RETURN array(
        SELECT CASE status
            WHEN 'over_gift_limit' THEN (
                SELECT jsonb_build_object('limit_coins', coins) FROM gifts_giftlimit WHERE fan_id = sender)
            WHEN 'over_creator_budget' THEN (
                SELECT gifts_budget_told(period, coins, coins - spent, ends_at) FROM gifts_creatorbudget
                WHERE fan_id = sender AND creator_id = creator ORDER BY coins - spent, ends_at DESC LIMIT 1)
            WHEN 'over_ceiling' THEN (
                SELECT gifts_budget_told(l.period, l.amount, l.spent_at_start + l.amount - purse.spent, l.ends_at)
                FROM ledger_account purse JOIN ledger_limit l ON l.account_id = purse.id
                WHERE purse.holder = payer AND purse.code = 'coins' AND purse.unit = 'COIN'
                ORDER BY l.period = 'pause' DESC, l.spent_at_start + l.amount, l.ends_at DESC LIMIT 1)
            END
        FROM unnest(senders, creators, holders, statuses) WITH ORDINALITY AS asked(sender, creator, payer, status, n)
        ORDER BY n
    );
END
$$;

CREATE FUNCTION gifts_budget_told(period text, coins bigint, remaining bigint, ends_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('period', period, 'limit_coins', coins, 'left_coins', greatest(remaining, 0),
                          'ends_at', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));


-- Sets, changes or (with null coins) takes away what a fan allows for one creator, at once. What was given in the running
-- period counts; another zone counts from the next one on. Under the lock of the
-- fan's coins every gift is either posted and counted here, or will find the row and count itself.
CREATE FUNCTION gifts_set_creator_budget(
    of_fan bigint, of_creator bigint, of_period text, of_coins bigint, of_zone text, at timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    purse CONSTANT ledger_named := (SELECT (array[ledger_id], array['coins'], array['COIN'], NULL)::ledger_named
                                    FROM accounts_user WHERE id = of_fan);
    span CONSTANT record := ledger_period(of_period, at, of_zone);
BEGIN
    PERFORM ledger_take(purse, at);
    PERFORM gifts_renew_budgets(array[of_fan], at);
    DELETE FROM gifts_creatorbudget
    WHERE fan_id = of_fan AND creator_id = of_creator AND period = of_period AND of_coins IS NULL;
    INSERT INTO gifts_creatorbudget (fan_id, creator_id, period, coins, zone, starts_at, ends_at, spent)
    SELECT of_fan, of_creator, of_period, of_coins, of_zone, span.starts_at, span.ends_at, coalesce(sum(sent.coins), 0)
    FROM gifts_sentgift sent
    WHERE sent.sender_id = of_fan AND sent.creator_id = of_creator AND sent.at >= span.starts_at
    HAVING of_coins IS NOT NULL
    ON CONFLICT (fan_id, creator_id, period) DO UPDATE SET coins = excluded.coins, zone = excluded.zone;
END
$$;
