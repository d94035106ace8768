-- Sending gifts: a batch of requests in, one answer each out, all in the caller's one transaction.

-- What is asked, by request. `shown` is the total in coins that the sender saw.
CREATE TYPE gifts_wishes AS (
    senders bigint[], keys text[], rooms uuid[], slugs text[], quantities integer[], shown bigint[]
);

-- What was found about each request before the books are asked. `refusals`: null where nothing speaks against it.
CREATE TYPE gifts_found AS (
    rate_version bigint, holders bigint[], refusals text[], totals bigint[], creators bigint[], creator_holders bigint[],
    gifts bigint[], maturities date[], units bigint[]
);

-- What the books are asked.
CREATE TYPE gifts_question AS (named ledger_named, asked ledger_asked);

-- What became of each request.
CREATE TYPE gifts_settled AS (statuses text[], ids bigint[], balances bigint[]);

-- Both: what was found, and what became of it.
CREATE TYPE gifts_posted AS (found gifts_found, settled gifts_settled);


-- What was asked, without who and under which key: the same key with another hash is another request.
CREATE FUNCTION gifts_request_hashes(wishes gifts_wishes) RETURNS bytea[]
LANGUAGE sql STABLE
RETURN array(
    SELECT sha256(convert_to(room::text || '|' || quantity::text || '|' || shown::text || '|' || slug, 'UTF8'))
    FROM unnest(wishes.rooms, wishes.slugs, wishes.quantities, wishes.shown) AS w(room, slug, quantity, shown)
);


-- The creator's account that a gift credits: what is not held at all is available at once.
CREATE FUNCTION gifts_creator_code(today date, matures_on date) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN matures_on <= today THEN 'diamonds.available' ELSE 'diamonds.pending/' || to_char(matures_on, 'YYYY-MM-DD')
END;


-- The rooms of a batch, and who earns in them.
CREATE FUNCTION gifts_rooms(rooms uuid[]) RETURNS TABLE (id uuid, status text, creator_id bigint, creator_holder bigint)
LANGUAGE sql STABLE
AS $$
    SELECT room.id, room.status::text, room.creator_id, creator.ledger_id
    FROM live_room room JOIN accounts_user creator ON creator.id = room.creator_id
    WHERE room.id = ANY (rooms) AND creator.id = ANY (array(SELECT creator_id FROM live_room WHERE live_room.id = ANY (rooms)))
$$;


-- The gifts that are named, with the price in force; null where it cannot be sent at that moment.
CREATE FUNCTION gifts_named(slugs text[], sent_at timestamptz) RETURNS TABLE (id bigint, slug text, coins integer)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (gift.id) gift.id, gift.slug::text,
           CASE WHEN available_from <= sent_at AND (retired_at > sent_at) IS NOT FALSE THEN price.coins END
    FROM gifts_gift gift LEFT JOIN gifts_giftprice price ON price.gift_id = gift.id AND price.starts_at <= sent_at
    WHERE gift.slug = ANY (slugs)
    ORDER BY gift.id, price.starts_at DESC
$$;


-- Everything about the requests that is not the books' to decide. The rooms stay locked (shared: a room that is being
-- ended is waited for, gifts do not wait for each other).
CREATE FUNCTION gifts_look(wishes gifts_wishes, default_hold_days integer, sent_at timestamptz) RETURNS gifts_found
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    today CONSTANT date := (sent_at AT TIME ZONE 'UTC')::date;
    senders bigint[] := wishes.senders; rooms uuid[] := wishes.rooms; slugs text[] := wishes.slugs;
    quantities integer[] := wishes.quantities; shown bigint[] := wishes.shown;
    rate record; terms bigint; found gifts_found;
BEGIN
    SELECT id, diamond_units_per_coin INTO STRICT rate
    FROM wallet_rateversion WHERE starts_at <= sent_at ORDER BY starts_at DESC LIMIT 1;
    SELECT id INTO terms FROM accounts_legaldocument
    WHERE kind = 'terms' AND starts_at <= sent_at ORDER BY version DESC LIMIT 1;
    PERFORM FROM live_room WHERE id = ANY (wishes.rooms) ORDER BY id FOR SHARE;

    WITH person AS MATERIALIZED (SELECT id, ledger_id FROM accounts_user WHERE id = ANY (senders))
    SELECT rate.id, array_agg(person.ledger_id ORDER BY n),
           array_agg(CASE WHEN accepted.user_id IS NULL AND terms IS NOT NULL THEN 'terms_required'
                          WHEN room.id IS NULL THEN 'unknown_room'
                          WHEN room.status <> 'live' THEN 'room_closed'
                          WHEN gift.id IS NULL THEN 'unknown_gift'
                          WHEN gift.coins IS NULL THEN 'gift_retired'
                          WHEN room.creator_id = senders[n] THEN 'self_gift'
                          WHEN gift.coins * quantities[n]::bigint <> shown[n] THEN 'price_changed' END ORDER BY n),
           array_agg(gift.coins * quantities[n]::bigint ORDER BY n), array_agg(room.creator_id ORDER BY n),
           array_agg(room.creator_holder ORDER BY n), array_agg(gift.id ORDER BY n),
           array_agg(today + coalesce(purse.hold_days, default_hold_days) ORDER BY n),
           array_agg(gift.coins * quantities[n]::bigint * rate.diamond_units_per_coin ORDER BY n)
    INTO found
    FROM generate_series(1, cardinality(senders)) AS n
    JOIN person ON person.id = senders[n]
    LEFT JOIN (SELECT user_id FROM accounts_acceptance WHERE user_id = ANY (senders) AND document_id = terms) accepted
        ON accepted.user_id = senders[n]
    LEFT JOIN (
        SELECT holder, hold_days FROM ledger_account
        WHERE code = 'coins' AND unit = 'COIN'
          AND holder = ANY (array(SELECT ledger_id FROM person))
    ) purse ON purse.holder = person.ledger_id
    LEFT JOIN gifts_rooms(rooms) room ON room.id = rooms[n]
    LEFT JOIN gifts_named(slugs, sent_at) gift ON gift.slug = slugs[n];
    RETURN gifts_refuse_unwelcome(wishes, found);
END
$$;


-- The postings of a batch, by the accounts' numbers: each pays its coins to account 1 and its creator from account 2.
CREATE FUNCTION gifts_asked(wishes gifts_wishes, found gifts_found, payers integer[], payees integer[])
RETURNS ledger_asked
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    request_count CONSTANT integer := cardinality(wishes.keys);
    refusals text[] := found.refusals; totals bigint[] := found.totals; units bigint[] := found.units;
    asked ledger_asked;
BEGIN
    asked.holders := found.holders;
    asked.keys := array(SELECT 'gift:' || key FROM unnest(wishes.keys) AS key);
    asked.kinds := array_fill('gift'::text, array[request_count]);
    asked.request_hashes := gifts_request_hashes(wishes);
    asked.payers := payers;
    asked.spending := array_fill(true, array[request_count]);
    asked.refusals := refusals;
    asked.transfer_counts := array(SELECT CASE WHEN refusal IS NULL THEN 2 ELSE 0 END FROM unnest(refusals) AS refusal);
    -- Transfers 2n and 2n + 1 are request n's: its coins, and the creator's diamonds.
    SELECT array_agg(CASE WHEN k % 2 = 0 THEN payers[k / 2] ELSE 2 END),
           array_agg(CASE WHEN k % 2 = 0 THEN 1 ELSE payees[k / 2] END),
           array_agg(CASE WHEN k % 2 = 0 THEN totals[k / 2] ELSE units[k / 2] END)
    INTO asked.debits, asked.credits, asked.amounts
    FROM generate_series(2, 2 * request_count + 1) AS k WHERE refusals[k / 2] IS NULL;
    RETURN asked;
END
$$;


-- The batch as the books are asked: account 1 takes the coins, account 2 gives the diamonds, then come the fans' coins
-- (locked for a refused request too, because its key is looked up under that lock) and, late, the creators' diamonds.
CREATE FUNCTION gifts_ask(wishes gifts_wishes, facts gifts_found, sent_at timestamptz) RETURNS gifts_question
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    request_count CONSTANT integer := cardinality(wishes.keys);
    today CONSTANT date := (sent_at AT TIME ZONE 'UTC')::date;
    holders bigint[] := facts.holders; refusals text[] := facts.refusals; creators bigint[] := facts.creator_holders;
    maturities date[] := facts.maturities;
    fans CONSTANT bigint[] := array(SELECT DISTINCT holder FROM unnest(holders) AS holder ORDER BY holder);
    named ledger_named; asked ledger_asked;
    payers integer[]; payees integer[];
BEGIN
    SELECT array[0, 0] || fans || array_agg(creator ORDER BY creator, matures_on),
           array['coins.redeemed', 'diamonds.issued'] || array_fill('coins'::text, array[cardinality(fans)])
               || array_agg(gifts_creator_code(today, matures_on) ORDER BY creator, matures_on),
           array['COIN', 'DIAMOND'] || array_fill('COIN'::text, array[cardinality(fans)])
               || array_fill('DIAMOND'::text, array[count(*)::integer]),
           array_fill(false, array[2 + cardinality(fans)]) || array_fill(true, array[count(*)::integer])
    INTO named
    FROM (SELECT DISTINCT creators[n] AS creator, maturities[n] AS matures_on FROM generate_series(1, request_count) AS n
          WHERE refusals[n] IS NULL) party;

    SELECT array_agg(2 + payer ORDER BY n), array_agg(2 + cardinality(fans) + payee ORDER BY n) INTO payers, payees
    FROM (
        SELECT n, dense_rank() OVER (ORDER BY holders[n]) AS payer,
               dense_rank() OVER (ORDER BY refusals[n] IS NOT NULL, creators[n], maturities[n]) AS payee
        FROM generate_series(1, request_count) AS n
    ) ranked;

    asked := gifts_asked(wishes, facts, payers, payees);
    RETURN (named, asked);
END
$$;


-- Writes a row for each gift that was posted.
CREATE FUNCTION gifts_write(wishes gifts_wishes, found gifts_found, settled gifts_settled, sent_at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    -- Local arrays: reading an element of these costs the same whatever their length.
    statuses text[] := settled.statuses; ids bigint[] := settled.ids;
    senders bigint[] := wishes.senders; rooms uuid[] := wishes.rooms; quantities integer[] := wishes.quantities;
    creators bigint[] := found.creators; gifts bigint[] := found.gifts; totals bigint[] := found.totals;
    units bigint[] := found.units; maturities date[] := found.maturities; rate bigint := found.rate_version;
    anonymous boolean[] := gifts_anonymous(wishes.senders);
BEGIN
    INSERT INTO gifts_sentgift (id, room_id, sender_id, creator_id, gift_id, quantity, coins, diamond_units,
                                rate_version_id, matures_on, at, is_anonymous)
    SELECT ids[n], rooms[n], senders[n], creators[n], gifts[n], quantities[n], totals[n], units[n], rate, maturities[n],
           sent_at, anonymous[n]
    FROM generate_series(1, cardinality(statuses)) AS n WHERE statuses[n] = 'posted';
END
$$;


-- What each request is answered (the table at gifts_send). A replay repeats what its first gift cost and brought.
CREATE FUNCTION gifts_answer(wishes gifts_wishes, found gifts_found, settled gifts_settled)
RETURNS TABLE (status text, sent_id bigint, coins bigint, diamond_units bigint, balance bigint, budget text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    statuses text[] := settled.statuses; ids bigint[] := settled.ids; balances bigint[] := settled.balances;
    totals bigint[] := found.totals; units bigint[] := found.units;
    budgets jsonb[] := gifts_budgets_told(wishes.senders, found.creators, found.holders, settled.statuses);
    refused CONSTANT text[] :=
        array['insufficient', 'frozen', 'over_ceiling', 'over_creator_budget', 'over_gift_limit'];
BEGIN
    RETURN QUERY
    SELECT statuses[n], CASE WHEN statuses[n] IN ('posted', 'replayed') THEN ids[n] END,
           CASE WHEN statuses[n] IN ('posted', 'price_changed') OR statuses[n] = ANY (refused) THEN totals[n]
                WHEN statuses[n] = 'replayed' THEN first.coins END,
           CASE statuses[n] WHEN 'posted' THEN units[n] WHEN 'replayed' THEN first.diamond_units END,
           CASE WHEN statuses[n] IN ('posted', 'replayed') OR statuses[n] = ANY (refused) THEN balances[n] END,
           budgets[n]::text
    FROM generate_series(1, cardinality(statuses)) AS n
    LEFT JOIN (
        SELECT * FROM gifts_sentgift
        WHERE id = ANY (array(SELECT r.id FROM unnest(ids, statuses) AS r(id, status) WHERE r.status = 'replayed'))
    ) first ON first.id = ids[n] AND statuses[n] = 'replayed'
    ORDER BY n;
END
$$;


-- Writes "gift.settled" of what was posted to the stream of its room and of its creator, in the order of the batch.
-- The event holds the gift's id; what it was is read from its row (gifts/feed.py).
CREATE FUNCTION gifts_tell(wishes gifts_wishes, found gifts_found, settled gifts_settled, sent_at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    statuses text[] := settled.statuses; ids bigint[] := settled.ids;
    rooms uuid[] := wishes.rooms; creators bigint[] := found.creators;
    streams text[];
    runs jsonb[];
BEGIN
    SELECT array_agg(stream), array_agg(('[{"id": ' || run || '}]')::jsonb) INTO streams, runs
    FROM (
        SELECT 'room:' || rooms[n] AS stream, string_agg(ids[n]::text, '}, {"id": ' ORDER BY n) AS run
        FROM generate_series(1, cardinality(statuses)) AS n WHERE statuses[n] = 'posted' GROUP BY rooms[n]
        UNION ALL
        SELECT 'creator:' || creators[n], string_agg(ids[n]::text, '}, {"id": ' ORDER BY n)
        FROM generate_series(1, cardinality(statuses)) AS n WHERE statuses[n] = 'posted' GROUP BY creators[n]
    ) told;
    IF streams IS NOT NULL THEN
        PERFORM events_append(streams, array_fill('gift.settled'::text, array[cardinality(streams)]), runs, sent_at);
    END IF;
END
$$;


-- Puts a batch through: what the gifts themselves and the fans' budgets refuse, then the books, then the gifts' rows.
CREATE FUNCTION gifts_post(
    wishes gifts_wishes, default_hold_days integer, sent_at timestamptz, budgeted boolean
) RETURNS gifts_posted
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    found CONSTANT gifts_found :=
        gifts_refuse_over_budgets(wishes, gifts_look(wishes, default_hold_days, sent_at), budgeted);
    question CONSTANT gifts_question := gifts_ask(wishes, found, sent_at);
    settled gifts_settled;
BEGIN
    SELECT array_agg(p.status), array_agg(p.operation_id), array_agg(p.balance) INTO settled
    FROM ledger_post(question.named, question.asked, sent_at) AS p;
    PERFORM gifts_write(wishes, found, settled, sent_at);
    PERFORM gifts_count_spent(wishes, found, settled, sent_at);
    RETURN (found, settled);
END
$$;


-- Request n: senders[n] (user id) asks under keys[n] for quantities[n] of slugs[n] in rooms[n] and was shown shown[n]
-- coins as the total. A batch holds a key of a sender once; the caller leaves a repeat for the next batch.
--
-- status            sent_id    coins            diamond_units  balance          effect
-- posted            its id     charged          credited       stored, after    the gift, its transfers, its events
-- replayed          first's    charged then     credited then  as answered then none: the same request once more
-- conflict          null       null             null           null             none: another request has this key
-- terms_required, unknown_room, room_closed, unknown_gift, gift_retired, self_gift, not_welcome: null, none
-- price_changed     null       total now        null           null             none
-- insufficient, frozen: null, total now, null, balance now, none
-- over_ceiling, over_creator_budget, over_gift_limit: the same, and which `budget` it went over
--
-- The key comes before every other refusal, and is read under the lock of the fan's coins: of two calls with one
-- key, the second waits there until the first is committed and then finds it. Lock order: the rooms (shared), what
-- ledger_post takes (the fans' coins first, the creators' diamonds last), the creator budgets, the event streams.
CREATE FUNCTION gifts_send(
    senders bigint[], keys text[], rooms uuid[], slugs text[], quantities integer[], shown bigint[],
    default_hold_days integer, sent_at timestamptz
) RETURNS TABLE (status text, sent_id bigint, coins bigint, diamond_units bigint, balance bigint, budget text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
-- Batches are columns of unknown length to the planner, which would join them by nested loops.
SET plan_cache_mode = force_generic_plan SET enable_nestloop = off SET enable_mergejoin = off SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    wishes CONSTANT gifts_wishes := (senders, keys, rooms, slugs, quantities, shown);
    posted CONSTANT gifts_posted := CASE
        WHEN gifts_have_budgets(senders) THEN gifts_post_in_rounds(wishes, default_hold_days, sent_at)
        ELSE gifts_post(wishes, default_hold_days, sent_at, false) END;
BEGIN
    PERFORM gifts_tell(wishes, posted.found, posted.settled, sent_at);
    RETURN QUERY SELECT * FROM gifts_answer(wishes, posted.found, posted.settled);
END
$$;
