-- The one door of the books: a batch of operations in, one status each out.

-- The canonical text of a transfer, and the hash over an operation with its transfers in order. Whatever somebody
-- could change in these rows changes the hash. Free text carries its length, so that no two contents read alike.
CREATE FUNCTION ledger_transfer_text(unit text, debit bigint, credit bigint, amount bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '|' || unit || ' ' || amount::text || ' ' || debit::text || '>' || credit::text;

CREATE FUNCTION ledger_content_hash(
    id bigint, holder bigint, key text, kind text, request_hash bytea, payer bigint, spends boolean, balance bigint,
    at timestamptz, transfers text
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(
    id::text || '|' || holder::text || '|' || length(key)::text || ':' || key || '|' || length(kind)::text || ':' || kind
    || '|' || encode(request_hash, 'hex') || '|' || coalesce(payer::text, '') || '|' || spends::text
    || '|' || coalesce(balance::text, '') || '|' || (extract(epoch FROM at) * 1000000)::bigint::text || transfers, 'UTF8'));


-- Posts a batch as if its operations came one by one, in order; answers one row per operation, in order.
--
-- A batch names its accounts (account_*, repeats allowed) and then speaks of them by their number, from 1.
-- Operation n has transfer_counts[n] transfers, which follow one another in transfer_*. payers[n] is the account
-- whose balance is answered (null: none); where spending[n], what it pays also counts as spent.
--
-- status        operation_id   balance             effect
-- posted        the new one    payer's, after it   all of its transfers
-- replayed      the first one  the stored answer   none: the key already stands for the same request
-- conflict      the first one  null                none: the key already stands for another request
-- frozen        null           payer's, now        none: the payer's account is frozen and would be debited
-- insufficient  null           payer's, now        none: a transfer would overdraw an account
--
-- Everything is decided in memory, under the locks, one operation after the other: that costs about 10 µs an
-- operation, a quarter of the call, and gives the one-by-one answers by construction (ADR 0005). A poor, frozen or
-- repeated request costs its neighbours nothing. What was decided is then written by one statement per table.
CREATE FUNCTION ledger_post(
    account_holders bigint[], account_codes text[], account_units text[],
    operation_holders bigint[], operation_keys text[], operation_kinds text[], request_hashes bytea[],
    payers integer[], spending boolean[], transfer_counts integer[],
    transfer_debits integer[], transfer_credits integer[], transfer_amounts bigint[],
    posted_at timestamptz
) RETURNS TABLE (status text, operation_id bigint, balance bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    operation_count CONSTANT integer := cardinality(operation_keys);
    transfer_count CONSTANT integer := cardinality(transfer_amounts);
    no_id CONSTANT bigint[] := array_fill(NULL::bigint, array[operation_count]);

    -- By account number. An account named twice has two numbers and one slot: its first number.
    account_ids bigint[];
    slots integer[];
    openings bigint[];        -- balance before the batch
    restricted boolean[];     -- may not be overdrawn
    frozen boolean[];
    debited bigint[];         -- what this batch has moved so far
    credited bigint[];
    consumed bigint[];        -- the part of debited that counts as spent

    -- By operation number.
    firsts integer[];         -- the batch's first operation with the same holder and key
    winners integer[] := no_id::integer[];  -- by such a first: the operation that was posted under the key
    known_ids bigint[];       -- what the books already hold under the key
    known_hashes bytea[];
    known_balances bigint[];
    statuses text[] := no_id::text[];
    operation_ids bigint[] := no_id;
    balances bigint[] := no_id;
    contents text[] := no_id::text[];  -- canonical text of the transfers

    -- By transfer number.
    owners bigint[] := array_fill(NULL::bigint, array[transfer_count]);  -- the operation's id, once posted
    places integer[] := array_fill(0, array[transfer_count]);            -- 0, 1, … in its operation

    -- Of the operation at hand.
    first_transfer integer;
    next_transfer integer := 1;
    applied_to integer;
    payer integer;
    paid_before bigint;
    debit integer;
    credit integer;
    amount bigint;
    winner integer;
    content text;
BEGIN
    IF operation_count = 0 THEN
        RETURN;
    END IF;
    account_ids := ledger_take(account_holders, account_codes, account_units);

    -- A platform account opens at 0 here: nothing rests on its balance.
    SELECT array_agg(named.slot ORDER BY named.n), array_agg(account.credits - account.debits ORDER BY named.n),
           array_agg(NOT account.overdraft ORDER BY named.n), array_agg(account.frozen ORDER BY named.n)
    INTO slots, openings, restricted, frozen
    FROM (
        SELECT given.id, given.n, (min(given.n) OVER (PARTITION BY given.id))::integer AS slot
        FROM unnest(account_ids) WITH ORDINALITY AS given(id, n)
    ) named
    JOIN ledger_account account ON account.id = named.id;

    debited := array_fill(0::bigint, array[cardinality(slots)]);
    credited := debited;
    consumed := debited;

    -- Keys are looked up under the locks: whoever posted one of them before held the same accounts.
    SELECT array_agg(named.first ORDER BY named.n), array_agg(known.id ORDER BY named.n),
           array_agg(known.request_hash ORDER BY named.n), array_agg(known.balance ORDER BY named.n)
    INTO firsts, known_ids, known_hashes, known_balances
    FROM (
        SELECT given.holder, given.key, given.n,
               (min(given.n) OVER (PARTITION BY given.key, given.holder))::integer AS first
        FROM unnest(operation_holders, operation_keys) WITH ORDINALITY AS given(holder, key, n)
    ) named
    LEFT JOIN ledger_operation known ON known.key = named.key AND known.holder = named.holder;

    FOR n IN 1 .. operation_count LOOP
        first_transfer := next_transfer;
        next_transfer := next_transfer + transfer_counts[n];
        payer := slots[payers[n]];

        -- The key comes before every other refusal.
        IF known_ids[n] IS NOT NULL THEN
            operation_ids[n] := known_ids[n];
            IF known_hashes[n] = request_hashes[n] THEN
                statuses[n] := 'replayed';
                balances[n] := known_balances[n];
            ELSE
                statuses[n] := 'conflict';
            END IF;
            CONTINUE;
        END IF;
        winner := winners[firsts[n]];
        IF winner IS NOT NULL THEN
            operation_ids[n] := operation_ids[winner];
            IF request_hashes[winner] = request_hashes[n] THEN
                statuses[n] := 'replayed';
                balances[n] := balances[winner];
            ELSE
                statuses[n] := 'conflict';
            END IF;
            CONTINUE;
        END IF;

        statuses[n] := 'posted';
        IF frozen[payer] THEN
            FOR i IN first_transfer .. next_transfer - 1 LOOP
                IF slots[transfer_debits[i]] = payer THEN
                    statuses[n] := 'frozen';
                END IF;
            END LOOP;
        END IF;

        applied_to := first_transfer - 1;
        IF statuses[n] = 'posted' THEN
            content := '';
            paid_before := debited[payer];
            FOR i IN first_transfer .. next_transfer - 1 LOOP
                debit := slots[transfer_debits[i]];
                credit := slots[transfer_credits[i]];
                amount := transfer_amounts[i];
                IF openings[debit] + credited[debit] - debited[debit] < amount AND restricted[debit] THEN
                    statuses[n] := 'insufficient';
                    EXIT;
                END IF;
                IF account_units[debit] <> account_units[credit] THEN
                    RAISE EXCEPTION 'a transfer of % may not end in an account of %',
                        account_units[debit], account_units[credit] USING ERRCODE = 'assert_failure';
                END IF;
                debited[debit] := debited[debit] + amount;
                credited[credit] := credited[credit] + amount;
                content := content || ledger_transfer_text(
                    account_units[debit], account_ids[debit], account_ids[credit], amount);
                applied_to := i;
            END LOOP;
        END IF;

        IF statuses[n] = 'posted' THEN
            winners[firsts[n]] := n;
            contents[n] := content;
            operation_ids[n] := nextval('ledger_operation_id_seq');
            IF spending[n] THEN
                consumed[payer] := consumed[payer] + debited[payer] - paid_before;
            END IF;
            FOR i IN first_transfer .. next_transfer - 1 LOOP
                owners[i] := operation_ids[n];
                places[i] := i - first_transfer;
            END LOOP;
        ELSE
            -- A refused operation consumes nothing.
            FOR i IN first_transfer .. applied_to LOOP
                debit := slots[transfer_debits[i]];
                credit := slots[transfer_credits[i]];
                debited[debit] := debited[debit] - transfer_amounts[i];
                credited[credit] := credited[credit] - transfer_amounts[i];
            END LOOP;
        END IF;
        balances[n] := openings[payer] + credited[payer] - debited[payer];
    END LOOP;

    -- The unique key refuses what no common lock could see: two requests with one key and not one account in
    -- common. The caller rolls back and posts again.
    INSERT INTO ledger_operation
        (id, holder, key, kind, request_hash, payer_id, spends, balance, at, content_hash)
    SELECT operation_ids[n], operation_holders[n], operation_keys[n], operation_kinds[n], request_hashes[n],
           account_ids[payers[n]], spending[n], balances[n], posted_at,
           ledger_content_hash(operation_ids[n], operation_holders[n], operation_keys[n], operation_kinds[n],
                               request_hashes[n], account_ids[payers[n]], spending[n], balances[n], posted_at,
                               contents[n])
    FROM generate_subscripts(statuses, 1) AS n
    WHERE statuses[n] = 'posted';

    -- One row holds two transfers of its operation: the first and second, the third and fourth, …
    INSERT INTO ledger_journal
        (operation_id, position, unit, debit_id, credit_id, amount, unit_2, debit_2_id, credit_2_id, amount_2)
    SELECT line.owner, line.place / 2,
           account_units[transfer_debits[line.i]], account_ids[transfer_debits[line.i]],
           account_ids[transfer_credits[line.i]], transfer_amounts[line.i],
           account_units[transfer_debits[line.twin]], account_ids[transfer_debits[line.twin]],
           account_ids[transfer_credits[line.twin]], transfer_amounts[line.twin]
    FROM (
        SELECT given.owner, given.place, given.i::integer,
               CASE WHEN places[given.i::integer + 1] = given.place + 1 THEN given.i::integer + 1 END AS twin
        FROM unnest(owners, places) WITH ORDINALITY AS given(owner, place, i)
    ) line
    WHERE line.owner IS NOT NULL AND line.place % 2 = 0;

    -- Additions, not results: whatever else went wrong, the account's own CHECK keeps it from being overdrawn.
    UPDATE ledger_account account
    SET debits = account.debits + moved.debited, credits = account.credits + moved.credited,
        spent = account.spent + moved.consumed
    FROM unnest(account_ids, debited, credited, consumed) AS moved(id, debited, credited, consumed)
    WHERE account.id = moved.id AND moved.id > 0 AND moved.debited + moved.credited > 0;

    RETURN QUERY
    SELECT statuses[n], operation_ids[n], balances[n] FROM generate_subscripts(statuses, 1) AS n ORDER BY n;
END
$$;
