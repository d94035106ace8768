-- The one door of the books: a batch of operations in, one status each out.

-- The canonical text of a transfer, and the hash over an operation with its transfers in order. Whatever somebody
-- could change in these rows changes the hash. Free text carries its length, so that no two contents read alike.
CREATE FUNCTION ledger_transfer_text(unit text, debit bigint, credit bigint, amount bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '|' || unit || ' ' || amount::text || ' ' || debit::text || '>' || credit::text;

CREATE FUNCTION ledger_content_hash(
    id bigint, holder bigint, key text, kind text, request_hash bytea, payer bigint, spends boolean, balance bigint,
    at timestamptz, lot bigint, origin jsonb, transfers text
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(
    id::text || '|' || holder::text || '|' || length(key)::text || ':' || key || '|' || length(kind)::text || ':' || kind
    || '|' || encode(request_hash, 'hex') || '|' || coalesce(payer::text, '') || '|' || spends::text
    || '|' || coalesce(balance::text, '') || '|' || (extract(epoch FROM at) * 1000000)::bigint::text
    || '|' || coalesce(lot::text, '') || '|' || coalesce(origin::text, '') || transfers, 'UTF8'));


-- What a batch asks. Operation n stands at place n of the first columns, in the order in which they are to be decided;
-- the transfers of all of them follow one another in the last four. Accounts are given by their number.
CREATE TYPE ledger_asked AS (
    holders bigint[], keys text[], kinds text[], request_hashes bytea[],
    payers integer[],      -- the account whose balance is answered; null: none
    spending boolean[],    -- what the payer pays also counts as spent
    refusals text[],       -- what the caller found against it: the answer, unless its key is known; null: nothing
    lots bigint[],         -- the operation whose lot this one takes back from; null: none
    origins jsonb[],       -- of a lot that comes back: [[lot, first coin in it, coins], …]; null: a lot of its own
    operations integer[], debits integer[], credits integer[], amounts bigint[]
);

-- What is known under the keys of a batch, by operation.
CREATE TYPE ledger_known AS (
    firsts integer[],      -- the batch's first operation with the same holder and key
    ids bigint[], request_hashes bytea[], balances bigint[]
);


-- Looks the keys up. Under the locks: whoever posted one of them before held the same accounts.
CREATE FUNCTION ledger_lookup(asked ledger_asked) RETURNS ledger_known
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    known ledger_known;
BEGIN
    SELECT array_agg(named.first ORDER BY named.n), array_agg(found.id ORDER BY named.n),
           array_agg(found.request_hash ORDER BY named.n), array_agg(found.balance ORDER BY named.n)
    INTO known
    FROM (
        SELECT given.holder, given.key, given.n,
               (min(given.n) OVER (PARTITION BY given.key, given.holder))::integer AS first
        FROM unnest(asked.holders, asked.keys) WITH ORDINALITY AS given(holder, key, n)
    ) named
    LEFT JOIN (SELECT * FROM ledger_operation WHERE key = ANY (asked.keys)) found USING (key, holder);
    RETURN known;
END
$$;


-- The accounts that could refuse something: what the batch would take from them all together they do not have, or
-- their ceiling does not leave, or they are frozen. On every other account all of the batch fits in any order.
CREATE FUNCTION ledger_tight(asked ledger_asked, taken ledger_taken) RETURNS integer[]
LANGUAGE sql STABLE
RETURN array(
    SELECT account.number
    FROM unnest(taken.openings, taken.restricted, taken.frozen, taken.budgets)
         WITH ORDINALITY AS account(opening, restricted, frozen, budget, number)
    JOIN (
        SELECT debit, sum(amount) AS total FROM unnest(asked.debits, asked.amounts) AS move(debit, amount) GROUP BY debit
    ) taking ON taking.debit = account.number
    WHERE account.restricted AND (account.frozen OR least(account.opening, account.budget) < taking.total)
);


-- Where each operation's transfers stand among all of them; an empty range for one that has none.
CREATE FUNCTION ledger_spans(asked ledger_asked) RETURNS int4range[]
LANGUAGE sql STABLE
RETURN (
    SELECT array_agg(coalesce(moves.span, 'empty') ORDER BY o.n)
    FROM unnest(asked.holders) WITH ORDINALITY AS o(holder, n)
    LEFT JOIN (
        SELECT move.n, int4range(min(move.i)::integer, max(move.i)::integer, '[]') AS span
        FROM unnest(asked.operations) WITH ORDINALITY AS move(n, i) GROUP BY move.n
    ) moves USING (n)
);


-- A transfer stays within one unit.
CREATE FUNCTION ledger_one_unit(giver text, taker text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF giver <> taker THEN
        RAISE EXCEPTION 'a transfer of % may not end in an account of %', giver, taker USING ERRCODE = 'assert_failure';
    END IF;
    RETURN giver;
END
$$;


-- Decides the operations in doubt, one after the other, with what is left of the tight accounts (null: enough).
-- All that touches a tight account is in doubt, and so is every key that stands in the batch more than once.
CREATE FUNCTION ledger_decide_in_order(
    asked ledger_asked, taken ledger_taken, firsts integer[], doubtful integer[], tight integer[], statuses text[]
) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    -- Local arrays: reading an element of these costs the same whatever their length.
    debits integer[] := asked.debits;
    credits integer[] := asked.credits;
    amounts bigint[] := asked.amounts;
    payers integer[] := asked.payers;
    hashes bytea[] := asked.request_hashes;
    frozen boolean[] := taken.frozen;
    budgets bigint[] := taken.budgets;
    remaining bigint[] := array(
        SELECT CASE WHEN number IN (SELECT unnest(tight)) THEN opening END
        FROM unnest(taken.openings) WITH ORDINALITY AS account(opening, number) ORDER BY number);
    spans int4range[] := ledger_spans(asked);
    winners integer[] := array_fill(NULL::integer, array[cardinality(statuses)]);  -- by first: who posted the key
    winner integer;
    due bigint;
    n integer;
BEGIN
    FOREACH n IN ARRAY doubtful LOOP
        winner := winners[firsts[n]];
        IF winner IS NOT NULL THEN
            statuses[n] := CASE WHEN hashes[n] = hashes[winner] THEN 'replayed' ELSE 'conflict' END;
        END IF;
        CONTINUE WHEN statuses[n] <> 'posted';
        due := 0;
        FOR i IN lower(spans[n]) .. upper(spans[n]) - 1 LOOP
            due := due + CASE WHEN debits[i] = payers[n] THEN amounts[i] ELSE 0 END;
        END LOOP;
        IF due > 0 AND frozen[payers[n]] THEN
            statuses[n] := 'frozen';
        ELSIF asked.spending[n] AND due > budgets[payers[n]] THEN
            statuses[n] := 'over_ceiling';
        ELSE
            FOR i IN lower(spans[n]) .. upper(spans[n]) - 1 LOOP
                IF remaining[debits[i]] < amounts[i] THEN
                    statuses[n] := 'insufficient';
                END IF;
                remaining[debits[i]] := remaining[debits[i]] - amounts[i];
                remaining[credits[i]] := remaining[credits[i]] + amounts[i];
            END LOOP;
        END IF;
        IF statuses[n] = 'posted' THEN
            winners[firsts[n]] := n;
            IF asked.spending[n] THEN
                budgets[payers[n]] := budgets[payers[n]] - due;
            END IF;
        ELSIF statuses[n] = 'insufficient' THEN  -- a refused operation consumes nothing
            FOR i IN lower(spans[n]) .. upper(spans[n]) - 1 LOOP
                remaining[debits[i]] := remaining[debits[i]] + amounts[i];
                remaining[credits[i]] := remaining[credits[i]] - amounts[i];
            END LOOP;
        END IF;
    END LOOP;
    RETURN statuses;
END
$$;


-- One status per operation. What touches no tight account and has a key of its own is posted as it is: that is nearly
-- everything, and costs no loop. A poor, frozen or repeated request costs its neighbours nothing.
CREATE FUNCTION ledger_decide(asked ledger_asked, taken ledger_taken, known ledger_known) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    tight CONSTANT integer[] := ledger_tight(asked, taken);
    statuses text[];
    doubtful integer[];
BEGIN
    SELECT array_agg(verdict.status ORDER BY verdict.n), array_agg(verdict.n ORDER BY verdict.n) FILTER (WHERE in_doubt)
    INTO statuses, doubtful
    FROM (
        SELECT given.n,
               CASE WHEN given.known_id IS NULL THEN coalesce(given.refusal, 'posted')
                    WHEN given.known_hash = given.hash THEN 'replayed'
                    ELSE 'conflict' END AS status,
               given.known_id IS NULL AND (
                   count(*) OVER (PARTITION BY given.first) > 1
                   OR given.n IN (
                       SELECT move.n FROM unnest(asked.operations, asked.debits, asked.credits) AS move(n, debit, credit)
                       WHERE move.debit IN (SELECT unnest(tight)) OR move.credit IN (SELECT unnest(tight)))
               ) AS in_doubt
        FROM unnest(asked.request_hashes, asked.refusals, known.ids, known.request_hashes, known.firsts)
             WITH ORDINALITY AS given(hash, refusal, known_id, known_hash, first, n)
    ) verdict;
    IF doubtful IS NOT NULL THEN
        statuses := ledger_decide_in_order(asked, taken, known.firsts, doubtful, tight, statuses);
    END IF;
    RETURN statuses;
END
$$;


-- The payer's balance right after each operation; of one that is not posted, the balance as it found it.
CREATE FUNCTION ledger_balances(asked ledger_asked, taken ledger_taken, statuses text[]) RETURNS bigint[]
LANGUAGE sql STABLE
RETURN (
    WITH posted AS (
        SELECT n FROM unnest(statuses) WITH ORDINALITY AS o(status, n) WHERE status = 'posted'
    ), side AS (
        SELECT move.n, half.account, half.change, false AS is_answer
        FROM unnest(asked.operations, asked.debits, asked.credits, asked.amounts) AS move(n, debit, credit, amount)
        JOIN posted USING (n)
        CROSS JOIN LATERAL (VALUES (move.debit, -move.amount), (move.credit, move.amount)) AS half(account, change)
        WHERE half.account IN (SELECT unnest(asked.payers))
        UNION ALL
        SELECT n, payer, 0, true FROM unnest(asked.payers) WITH ORDINALITY AS o(payer, n)
    ), step AS (
        SELECT side.n, side.is_answer, account.opening + sum(side.change) OVER (
                   PARTITION BY side.account ORDER BY side.n RANGE UNBOUNDED PRECEDING)::bigint AS balance
        FROM side
        LEFT JOIN unnest(taken.openings) WITH ORDINALITY AS account(opening, number) ON account.number = side.account
    )
    SELECT array_agg(balance ORDER BY n) FROM step WHERE is_answer
);


-- Writes what was posted: an operation each, and its transfers, two to a row: the first and second, the third and
-- fourth, … The unique key refuses what no common lock could see: two requests with one key and not one account in
-- common. The caller rolls back and posts again.
CREATE FUNCTION ledger_write_rows(
    asked ledger_asked, taken ledger_taken, ids bigint[], balances bigint[], posted_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    WITH account AS MATERIALIZED (
        SELECT * FROM unnest(taken.ids, taken.units) WITH ORDINALITY AS a(id, unit, number)
    ), move AS MATERIALIZED (
        SELECT operation.id AS operation_id, asked_move.i, ledger_one_unit(giver.unit, taker.unit) AS unit,
               giver.id AS debit_id, taker.id AS credit_id, asked_move.amount,
               (row_number() OVER (PARTITION BY operation.id ORDER BY asked_move.i) - 1)::smallint AS place
        FROM unnest(asked.operations, asked.debits, asked.credits, asked.amounts)
             WITH ORDINALITY AS asked_move(n, debit, credit, amount, i)
        JOIN unnest(ids) WITH ORDINALITY AS operation(id, n) ON operation.n = asked_move.n AND operation.id IS NOT NULL
        JOIN account giver ON giver.number = asked_move.debit
        JOIN account taker ON taker.number = asked_move.credit
    ), operation AS (
        INSERT INTO ledger_operation (id, holder, key, kind, request_hash, payer_id, spends, balance, at, lot_id, origin,
                                      content_hash)
        SELECT o.id, o.holder, o.key, o.kind, o.hash, payer.id, o.spends, o.balance, posted_at, o.lot, o.origin,
               ledger_content_hash(o.id, o.holder, o.key, o.kind, o.hash, payer.id, o.spends, o.balance, posted_at, o.lot,
                                   o.origin, moves.transfers)
        FROM unnest(ids, asked.holders, asked.keys, asked.kinds, asked.request_hashes, asked.payers, asked.spending,
                    balances, asked.lots, asked.origins) AS o(id, holder, key, kind, hash, payer, spends, balance, lot, origin)
        JOIN (
            SELECT operation_id, string_agg(ledger_transfer_text(unit, debit_id, credit_id, amount), '' ORDER BY i)
                   AS transfers
            FROM move GROUP BY operation_id
        ) moves ON moves.operation_id = o.id
        LEFT JOIN account payer ON payer.number = o.payer
        ORDER BY o.id
    )
    INSERT INTO ledger_journal
        (operation_id, position, unit, debit_id, credit_id, amount, unit_2, debit_2_id, credit_2_id, amount_2)
    SELECT line.operation_id, line.place / 2, line.unit, line.debit_id, line.credit_id, line.amount,
           twin.unit, twin.debit_id, twin.credit_id, twin.amount
    FROM move line
    LEFT JOIN move twin ON twin.operation_id = line.operation_id AND twin.place = line.place + 1
    WHERE line.place % 2 = 0
    ORDER BY line.operation_id, line.place
$$;


-- Moves the balances. Additions, not results: whatever else went wrong, the account's own CHECK keeps it from being
-- overdrawn. Platform accounts keep no live balance.
CREATE FUNCTION ledger_write_balances(asked ledger_asked, taken ledger_taken, ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    UPDATE ledger_account account
    SET debits = account.debits + moved.debited, credits = account.credits + moved.credited,
        spent = account.spent + moved.consumed
    FROM (
        SELECT named.id, sum(side.debited) AS debited, sum(side.credited) AS credited, sum(side.consumed) AS consumed
        FROM unnest(asked.operations, asked.debits, asked.credits, asked.amounts) AS move(n, debit, credit, amount)
        JOIN unnest(ids, asked.payers, asked.spending) WITH ORDINALITY AS o(id, payer, spends, n)
            ON o.n = move.n AND o.id IS NOT NULL
        CROSS JOIN LATERAL (VALUES
            (move.debit, move.amount, 0, CASE WHEN o.spends AND o.payer = move.debit THEN move.amount ELSE 0 END),
            (move.credit, 0, move.amount, 0)
        ) AS side(account, debited, credited, consumed)
        JOIN unnest(taken.ids) WITH ORDINALITY AS named(id, number) ON named.number = side.account AND named.id > 0
        GROUP BY named.id
    ) moved
    WHERE account.id = moved.id AND account.id = ANY (taken.ids)
$$;


-- Posts a batch as if its operations came one by one, in order; answers one row per operation, in order.
--
-- status        operation_id   balance             effect
-- posted        the new one    payer's, after it   all of its transfers
-- replayed      the first one  the stored answer   none: the key already stands for the same request
-- conflict      the first one  null                none: the key already stands for another request
-- (refusals[n]) null           payer's, now        none: what the caller found
-- frozen        null           payer's, now        none: the payer's account is frozen and would be debited
-- over_ceiling  null           payer's, now        none: it would spend more than the payer's ceiling leaves
-- insufficient  null           payer's, now        none: a transfer, in its turn, would overdraw an account
--
-- Runs in the caller's transaction and locks the accounts until its end. Set-based but for what is in doubt (ADR 5).
CREATE FUNCTION ledger_post(named ledger_named, asked ledger_asked, posted_at timestamptz)
RETURNS TABLE (status text, operation_id bigint, balance bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
-- Batches are columns of unknown length to the planner, which would join them by nested loops.
SET plan_cache_mode = force_generic_plan SET enable_nestloop = off SET enable_mergejoin = off SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    taken CONSTANT ledger_taken := ledger_take(named, posted_at);
    known CONSTANT ledger_known := ledger_lookup(asked);
    statuses CONSTANT text[] := ledger_decide(asked, taken, known);
    balances CONSTANT bigint[] := ledger_balances(asked, taken, statuses);
    -- Handed out under the locks, in order: the operations of one account have ascending ids.
    ids CONSTANT bigint[] := array(
        SELECT CASE WHEN decided = 'posted' THEN nextval('ledger_operation_id_seq') END FROM unnest(statuses) AS decided);
BEGIN
    PERFORM ledger_write_rows(asked, taken, ids, balances, posted_at);
    PERFORM ledger_write_balances(asked, taken, ids);
    RETURN QUERY
    SELECT o.status, coalesce(o.id, o.known_id, winner.id),
           CASE o.status WHEN 'conflict' THEN NULL
                         WHEN 'replayed' THEN coalesce(o.known_balance, winner.balance) ELSE o.balance END
    FROM unnest(statuses, ids, balances, known.ids, known.balances, known.firsts)
         WITH ORDINALITY AS o(status, id, balance, known_id, known_balance, first, n)
    LEFT JOIN unnest(known.firsts, ids, balances) AS winner(first, id, balance)
        ON winner.first = o.first AND winner.id IS NOT NULL AND o.status IN ('replayed', 'conflict')
    ORDER BY o.n;
END
$$;
