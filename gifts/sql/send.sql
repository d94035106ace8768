-- Sending gifts: a batch of requests in, one answer each out, all in the caller's one transaction.
--
-- Request n: senders[n] (user id) asks under keys[n] for quantities[n] of gift_slugs[n] in room_ids[n] and was shown
-- shown_coins[n] as the total. A batch holds a key of a sender once; the caller leaves a repeat for the next batch.
--
-- status            sent_id    coins            diamond_units  balance          effect
-- posted            its id     charged          credited       stored, after    the gift, its transfers, its events
-- replayed          first's    charged then     credited then  as answered then none: the same request once more
-- key_reused        null       null             null           null             none: another request has this key
-- terms_required, unknown_room, room_closed, unknown_gift, gift_retired, self_gift: as above, none
-- price_changed     null       total now        null           null             none
-- insufficient      null       total now        null           now              none
-- frozen            null       total now        null           now              none
--
-- The key comes before every other refusal, and is read under the lock of the fan's coins: of two calls with one
-- key, the second waits here until the first is committed and then finds it. Lock order: the fans' coins; the rooms
-- (shared: a room that is being ended is waited for, gifts do not wait for each other); what ledger_post takes;
-- the event streams.
CREATE FUNCTION gifts_send(
    senders bigint[], keys text[], request_hashes bytea[], room_ids uuid[], gift_slugs text[], quantities integer[],
    shown_coins bigint[], default_hold_days integer, sent_at timestamptz
) RETURNS TABLE (status text, sent_id bigint, coins bigint, diamond_units bigint, balance bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    request_count CONSTANT integer := cardinality(keys);
    today CONSTANT date := (sent_at AT TIME ZONE 'UTC')::date;
    units_per_coin integer;
    rate_version bigint;
    terms_id bigint;
    holders bigint[];

    -- By request number.
    statuses text[];
    sent_ids bigint[];
    totals bigint[];
    units bigint[];
    balances bigint[];
    creators bigint[];
    creator_holders bigint[];
    gift_ids bigint[];
    maturities date[];

    -- Request numbers of what the books are asked to post, in order.
    ready integer[];
    ready_count integer;
    n integer;

    -- What ledger_post is asked, and what it answers, by the place in `ready`.
    account_holders bigint[] := array[0, 0];
    account_codes text[] := array['coins.redeemed', 'diamonds.issued'];
    account_units text[] := array['COIN', 'DIAMOND'];
    posting_holders bigint[] := '{}';
    posting_keys text[] := '{}';
    posting_hashes bytea[] := '{}';
    payers integer[] := '{}';
    debits integer[] := '{}';
    credits integer[] := '{}';
    amounts bigint[] := '{}';
    post_statuses text[];
    post_ids bigint[];
    post_balances bigint[];
BEGIN
    IF (SELECT count(DISTINCT (sender, key)) FROM unnest(senders, keys) AS asked(sender, key)) <> request_count THEN
        RAISE EXCEPTION 'a batch of gifts holds one key twice' USING ERRCODE = 'assert_failure';
    END IF;

    SELECT diamond_units_per_coin, id INTO STRICT units_per_coin, rate_version
    FROM wallet_rateversion WHERE starts_at <= sent_at ORDER BY starts_at DESC LIMIT 1;
    SELECT id INTO terms_id FROM accounts_legaldocument
    WHERE kind = 'terms' AND starts_at <= sent_at ORDER BY version DESC LIMIT 1;

    SELECT array_agg(person.ledger_id ORDER BY asked.n) INTO holders
    FROM unnest(senders) WITH ORDINALITY AS asked(sender, n)
    JOIN accounts_user person ON person.id = asked.sender;

    PERFORM FROM ledger_lock(holders, array_fill('coins'::text, array[request_count]));
    PERFORM FROM live_room WHERE id = ANY (room_ids) ORDER BY id FOR SHARE;

    SELECT array_agg(verdict.status ORDER BY verdict.n),
           array_agg(verdict.sent_id ORDER BY verdict.n),
           array_agg(verdict.total ORDER BY verdict.n),
           array_agg(verdict.total * units_per_coin ORDER BY verdict.n),
           array_agg(verdict.balance ORDER BY verdict.n),
           array_agg(verdict.creator_id ORDER BY verdict.n),
           array_agg(verdict.creator_holder ORDER BY verdict.n),
           array_agg(verdict.gift_id ORDER BY verdict.n),
           array_agg(today + verdict.hold_days ORDER BY verdict.n),
           array_agg(verdict.n::integer ORDER BY verdict.n) FILTER (WHERE verdict.status = 'ready')
    INTO statuses, sent_ids, totals, units, balances, creators, creator_holders, gift_ids, maturities, ready
    FROM (
        SELECT asked.n,
               room.creator_id,
               creator.ledger_id AS creator_holder,
               gift.id AS gift_id,
               price.coins * asked.quantity::bigint AS total,
               coalesce(purse.hold_days, default_hold_days) AS hold_days,
               CASE WHEN known.request_hash = asked.request_hash THEN known.id END AS sent_id,
               coalesce(known.balance, purse.credits - purse.debits, 0) AS balance,
               CASE
                   WHEN known.request_hash = asked.request_hash THEN 'replayed'
                   WHEN known.id IS NOT NULL THEN 'key_reused'
                   WHEN terms_id IS NOT NULL AND NOT EXISTS (
                       SELECT FROM accounts_acceptance
                       WHERE user_id = asked.sender AND document_id = terms_id
                   ) THEN 'terms_required'
                   WHEN room.id IS NULL THEN 'unknown_room'
                   WHEN room.status <> 'live' THEN 'room_closed'
                   WHEN gift.id IS NULL THEN 'unknown_gift'
                   WHEN price.coins IS NULL OR gift.available_from > sent_at OR gift.retired_at <= sent_at
                       THEN 'gift_retired'
                   WHEN room.creator_id = asked.sender THEN 'self_gift'
                   WHEN price.coins * asked.quantity::bigint <> asked.shown THEN 'price_changed'
                   WHEN purse.id IS NULL THEN 'insufficient'
                   ELSE 'ready'
               END AS status
        FROM unnest(senders, holders, keys, request_hashes, room_ids, gift_slugs, quantities, shown_coins)
             WITH ORDINALITY AS asked(sender, holder, key, request_hash, room_id, slug, quantity, shown, n)
        LEFT JOIN ledger_operation known ON known.key = 'gift:' || asked.key AND known.holder = asked.holder
        LEFT JOIN ledger_account purse
            ON purse.holder = asked.holder AND purse.code = 'coins' AND purse.unit = 'COIN'
        LEFT JOIN live_room room ON room.id = asked.room_id
        LEFT JOIN accounts_user creator ON creator.id = room.creator_id
        LEFT JOIN gifts_gift gift ON gift.slug = asked.slug
        LEFT JOIN LATERAL (
            SELECT version.coins FROM gifts_giftprice version
            WHERE version.gift_id = gift.id AND version.starts_at <= sent_at
            ORDER BY version.starts_at DESC LIMIT 1
        ) price ON true
    ) verdict;
    ready_count := coalesce(cardinality(ready), 0);

    IF ready_count > 0 THEN
        -- Accounts 1 and 2 are the platform's; ready request i pays from account 2i + 1 and credits 2i + 2.
        FOR i IN 1 .. ready_count LOOP
            n := ready[i];
            account_holders := account_holders || holders[n] || creator_holders[n];
            account_codes := account_codes || 'coins'::text || gifts_creator_code(today, maturities[n]);
            account_units := account_units || 'COIN'::text || 'DIAMOND'::text;
            posting_holders := posting_holders || holders[n];
            posting_keys := posting_keys || ('gift:' || keys[n]);
            posting_hashes := posting_hashes || request_hashes[n];
            payers := payers || (2 * i + 1);
            debits := debits || (2 * i + 1) || 2;
            credits := credits || 1 || (2 * i + 2);
            amounts := amounts || totals[n] || units[n];
        END LOOP;

        SELECT array_agg(posted.status ORDER BY posted.i), array_agg(posted.operation_id ORDER BY posted.i),
               array_agg(posted.balance ORDER BY posted.i)
        INTO post_statuses, post_ids, post_balances
        FROM ledger_post(
            account_holders, account_codes, account_units,
            posting_holders, posting_keys, array_fill('gift'::text, array[ready_count]), posting_hashes,
            payers, array_fill(true, array[ready_count]), array_fill(2, array[ready_count]),
            debits, credits, amounts, sent_at
        ) WITH ORDINALITY AS posted(status, operation_id, balance, i);

        FOR i IN 1 .. ready_count LOOP
            n := ready[i];
            statuses[n] := post_statuses[i];
            sent_ids[n] := post_ids[i];
            balances[n] := post_balances[i];
        END LOOP;

        INSERT INTO gifts_sentgift
            (id, room_id, sender_id, creator_id, gift_id, quantity, coins, diamond_units, rate_version_id,
             matures_on, at)
        SELECT sent_ids[r], room_ids[r], senders[r], creators[r], gift_ids[r], quantities[r], totals[r], units[r],
               rate_version, maturities[r], sent_at
        FROM unnest(ready) AS r
        WHERE statuses[r] = 'posted';

        PERFORM gifts_tell(ready, statuses, sent_ids, room_ids, creators, senders, gift_slugs, quantities, totals, units,
                           sent_at);
    END IF;

    RETURN QUERY
    SELECT statuses[r],
           CASE WHEN statuses[r] IN ('posted', 'replayed') THEN sent_ids[r] END,
           CASE WHEN statuses[r] IN ('posted', 'price_changed', 'insufficient', 'frozen') THEN totals[r]
                WHEN statuses[r] = 'replayed' THEN first.coins END,
           CASE WHEN statuses[r] = 'posted' THEN units[r]
                WHEN statuses[r] = 'replayed' THEN first.diamond_units END,
           CASE WHEN statuses[r] IN ('posted', 'replayed', 'insufficient', 'frozen') THEN balances[r] END
    FROM generate_series(1, request_count) AS r
    LEFT JOIN gifts_sentgift first ON first.id = sent_ids[r] AND statuses[r] = 'replayed'
    ORDER BY r;
END
$$;


-- The creator's account that a gift credits: what is not held at all is available at once.
CREATE FUNCTION gifts_creator_code(today date, matures_on date) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN matures_on <= today THEN 'diamonds.available'
    ELSE 'diamonds.pending/' || to_char(matures_on, 'YYYY-MM-DD')
END;


-- Writes "gift.settled" of what was posted to the stream of its room and of its creator, in the order of the batch.
CREATE FUNCTION gifts_tell(
    ready integer[], statuses text[], sent_ids bigint[], room_ids uuid[], creators bigint[], senders bigint[],
    gift_slugs text[], quantities integer[], totals bigint[], units bigint[], sent_at timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    streams text[];
    bodies jsonb[];
BEGIN
    SELECT array_agg(told.stream ORDER BY told.i, told.stream), array_agg(told.body ORDER BY told.i, told.stream)
    INTO streams, bodies
    FROM (
        SELECT posting.i, target.stream, jsonb_build_object(
                   'id', sent_ids[n], 'gift', gift_slugs[n], 'room', room_ids[n], 'sender', senders[n],
                   'quantity', quantities[n], 'coins', totals[n], 'diamond_units', units[n]) AS body
        FROM unnest(ready) WITH ORDINALITY AS posting(n, i)
        CROSS JOIN LATERAL (VALUES ('room:' || room_ids[n]), ('creator:' || creators[n])) AS target(stream)
        WHERE statuses[n] = 'posted'
    ) told;
    IF streams IS NOT NULL THEN
        PERFORM events_append(streams, array_fill('gift.settled'::text, array[cardinality(streams)]), bodies, sent_at);
    END IF;
END
$$;
