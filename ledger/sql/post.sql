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
-- it has transfer_counts[n] transfers, which follow one another in the last three. Accounts are given by their number.
CREATE TYPE ledger_asked AS (
    holders bigint[], keys text[], kinds text[], request_hashes bytea[],
    payers integer[],      -- the account whose balance is answered; null: none
    spending boolean[],    -- what the payer pays also counts as spent
    refusals text[],       -- what the caller found against it: the answer, unless its key is known; null: nothing
    lots bigint[],         -- the operation whose lot this one takes back from; null: none
    origins jsonb[],       -- of a lot that comes back: [[lot, first coin in it, coins], …]; null: a lot of its own
    transfer_counts integer[],
    debits integer[], credits integer[], amounts bigint[]
);

-- What the keys of a batch say, by operation.
CREATE TYPE ledger_known AS (
    verdicts text[],       -- 'replayed' or 'conflict' if the key is known; else the caller's refusal, or 'posted'
    ids bigint[], balances bigint[],
    firsts integer[]       -- of a key that the batch holds more than once: its first operation; null: of all others
);

-- What was decided, by operation; the last three by account: what the batch moves.
CREATE TYPE ledger_decided AS (
    statuses text[], ids bigint[], balances bigint[],
    repeats integer[],     -- of a repeat within the batch: the operation that was posted under the key
    starts integer[],      -- its first transfer
    debited bigint[], credited bigint[], consumed bigint[]
);


-- Looks the keys up. Under the locks: whoever posted one of them before held the same accounts.
CREATE FUNCTION ledger_lookup(asked ledger_asked) RETURNS ledger_known
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    holders bigint[] := asked.holders; keys text[] := asked.keys; hashes bytea[] := asked.request_hashes;
    refusals text[] := asked.refusals;
    known ledger_known;
BEGIN
    SELECT array_agg(CASE WHEN found.id IS NULL THEN coalesce(refusals[n], 'posted')
                          WHEN found.request_hash = hashes[n] THEN 'replayed'
                          ELSE 'conflict' END ORDER BY n),
           array_agg(found.id ORDER BY n), array_agg(found.balance ORDER BY n), ledger_repeated_keys(asked)
    INTO known
    FROM generate_series(1, cardinality(keys)) AS n
    LEFT JOIN (SELECT id, key, holder, request_hash, balance FROM ledger_operation WHERE key = ANY (keys)) found
        ON found.key = keys[n] AND found.holder = holders[n];
    RETURN known;
END
$$;


-- By operation: the first one of the batch with its key, where the batch holds that key more than once; else null.
CREATE FUNCTION ledger_repeated_keys(asked ledger_asked) RETURNS integer[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT DISTINCT * FROM unnest(asked.holders, asked.keys)) AS one_each) = cardinality(asked.keys)
    THEN
        RETURN array_fill(NULL::integer, array[cardinality(asked.keys)]);
    END IF;
    RETURN (
        SELECT array_agg(CASE WHEN named.times > 1 THEN named.first END ORDER BY named.n)
        FROM (SELECT n, (min(n) OVER same)::integer AS first, count(*) OVER same AS times
              FROM unnest(asked.holders, asked.keys) WITH ORDINALITY AS given(holder, key, n)
              WINDOW same AS (PARTITION BY holder, key)) named
    );
END
$$;


-- What becomes of an operation that takes `paid` from its payer, where `lacks` says that a transfer, in its turn, would
-- overdraw an account.
CREATE FUNCTION ledger_verdict(paid bigint, is_frozen boolean, is_over_ceiling boolean, lacks boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN paid > 0 AND is_frozen THEN 'frozen'
            WHEN is_over_ceiling THEN 'over_ceiling'
            WHEN lacks THEN 'insufficient'
            ELSE 'posted' END;


-- Decides the operations one after the other, in memory. An element of a local array costs the same to read or write
-- whatever the array's length, so that this is a small part of the call, and the one-by-one answers hold by
-- construction: a poor, frozen or repeated request costs its neighbours nothing (ADR 5).
CREATE FUNCTION ledger_decide(asked ledger_asked, taken ledger_taken, known ledger_known) RETURNS ledger_decided
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    hashes bytea[] := asked.request_hashes; payers integer[] := asked.payers; spending boolean[] := asked.spending;
    debits integer[] := asked.debits; credits integer[] := asked.credits; amounts bigint[] := asked.amounts;
    frozen boolean[] := taken.frozen; budgets bigint[] := taken.budgets; openings bigint[] := taken.openings;
    statuses text[] := known.verdicts; firsts integer[] := known.firsts;
    ids bigint[] := array_fill(NULL::bigint, array[cardinality(statuses)]); balances bigint[] := ids;
    repeats integer[] := ids::integer[]; starts integer[] := repeats; winners integer[] := repeats;
    debited bigint[] := array_fill(0, array[cardinality(openings)]); credited bigint[] := debited;
    consumed bigint[] := debited; next integer := 1; payer integer; paid bigint; lacks boolean;
BEGIN
    FOR n IN 1 .. cardinality(statuses) LOOP
        starts[n] := next; next := next + asked.transfer_counts[n]; payer := payers[n];
        repeats[n] := winners[firsts[n]];  -- who was posted under this key, earlier in the batch
        IF repeats[n] IS NOT NULL THEN
            statuses[n] := CASE hashes[n] WHEN hashes[repeats[n]] THEN 'replayed' ELSE 'conflict' END;
        ELSIF statuses[n] = 'posted' THEN
            paid := -debited[payer]; lacks := false;
            FOR i IN starts[n] .. next - 1 LOOP
                lacks := lacks OR taken.restricted[debits[i]]
                    AND openings[debits[i]] + credited[debits[i]] - debited[debits[i]] < amounts[i];
                debited[debits[i]] := debited[debits[i]] + amounts[i];
                credited[credits[i]] := credited[credits[i]] + amounts[i];
            END LOOP;
            paid := paid + debited[payer];
            statuses[n] := ledger_verdict(paid, frozen[payer], spending[n] AND consumed[payer] + paid > budgets[payer], lacks);
            IF statuses[n] = 'posted' THEN
                ids[n] := nextval('ledger_operation_id_seq');  -- under the locks: an account's operations ascend
                IF spending[n] THEN consumed[payer] := consumed[payer] + paid; END IF;
                IF firsts[n] IS NOT NULL THEN winners[firsts[n]] := n; END IF;
            ELSE FOR i IN starts[n] .. next - 1 LOOP  -- a refused operation consumes nothing
                debited[debits[i]] := debited[debits[i]] - amounts[i];
                credited[credits[i]] := credited[credits[i]] - amounts[i];
            END LOOP; END IF;
        END IF;
        balances[n] := openings[payer] + credited[payer] - debited[payer];
    END LOOP;
    RETURN (statuses, ids, balances, repeats, starts, debited, credited, consumed);
END
$$;


-- A transfer stays within one unit. In two functions, so that the planner puts the first one's body where it is called.
CREATE FUNCTION ledger_refuse_units(giver text, taker text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RAISE EXCEPTION 'a transfer of % may not end in an account of %', giver, taker USING ERRCODE = 'assert_failure';
END
$$;

CREATE FUNCTION ledger_one_unit(giver text, taker text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN giver = taker THEN giver ELSE ledger_refuse_units(giver, taker) END;


-- The text of the transfer from one account of a batch to another, by their numbers.
CREATE FUNCTION ledger_numbered_text(units text[], accounts bigint[], giver integer, taker integer, amount bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ledger_transfer_text(ledger_one_unit(units[giver], units[taker]), accounts[giver], accounts[taker], amount);


-- Writes the operations that were posted. The unique key refuses what no common lock could see: two requests with one
-- key and not one account in common. The caller rolls back and posts again.
CREATE FUNCTION ledger_write_operations(
    asked ledger_asked, taken ledger_taken, decided ledger_decided, posted_at timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    keys text[] := asked.keys; kinds text[] := asked.kinds; hashes bytea[] := asked.request_hashes;
    holders bigint[] := asked.holders; payers integer[] := asked.payers; spending boolean[] := asked.spending;
    lots bigint[] := asked.lots; origins jsonb[] := asked.origins; counts integer[] := asked.transfer_counts;
    debits integer[] := asked.debits; credits integer[] := asked.credits; amounts bigint[] := asked.amounts;
    units text[] := taken.units; accounts bigint[] := taken.ids;
    ids bigint[] := decided.ids; balances bigint[] := decided.balances; starts integer[] := decided.starts;
BEGIN
    INSERT INTO ledger_operation
        (id, holder, key, kind, request_hash, payer_id, spends, balance, at, lot_id, origin, content_hash)
    SELECT ids[n], holders[n], keys[n], kinds[n], hashes[n], accounts[payers[n]], spending[n], balances[n], posted_at,
           lots[n], origins[n],
           ledger_content_hash(
               ids[n], holders[n], keys[n], kinds[n], hashes[n], accounts[payers[n]], spending[n], balances[n],
               posted_at, lots[n], origins[n],
               ledger_numbered_text(units, accounts, debits[i], credits[i], amounts[i])
               || CASE WHEN counts[n] > 1  -- nearly every operation has two transfers, and a subquery costs as much as they
                  THEN ledger_numbered_text(units, accounts, debits[i + 1], credits[i + 1], amounts[i + 1]) ELSE '' END
               || CASE WHEN counts[n] > 2 THEN (
                      SELECT string_agg(ledger_numbered_text(units, accounts, debits[j], credits[j], amounts[j]), '' ORDER BY j)
                      FROM generate_series(i + 2, i + counts[n] - 1) AS j) ELSE '' END)
    FROM (SELECT n, starts[n] AS i FROM generate_series(1, cardinality(ids)) AS n WHERE ids[n] IS NOT NULL) AS posted;
END
$$;


-- Writes their transfers, two to a row: the first and second, the third and fourth, …
CREATE FUNCTION ledger_write_journal(asked ledger_asked, taken ledger_taken, decided ledger_decided) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    counts integer[] := asked.transfer_counts;
    debits integer[] := asked.debits; credits integer[] := asked.credits; amounts bigint[] := asked.amounts;
    units text[] := taken.units; accounts bigint[] := taken.ids;
    ids bigint[] := decided.ids; starts integer[] := decided.starts;
BEGIN
    INSERT INTO ledger_journal
        (operation_id, position, unit, debit_id, credit_id, amount, unit_2, debit_2_id, credit_2_id, amount_2)
    SELECT ids[n], pair, units[debits[i]], accounts[debits[i]], accounts[credits[i]], amounts[i],
           units[debits[twin]], accounts[debits[twin]], accounts[credits[twin]], amounts[twin]
    FROM generate_series(1, cardinality(ids)) AS n
    CROSS JOIN LATERAL (
        SELECT pair, starts[n] + 2 * pair AS i,
               CASE WHEN 2 * pair + 1 < counts[n] THEN starts[n] + 2 * pair + 1 END AS twin
        FROM generate_series(0, (counts[n] - 1) / 2) AS pair
    ) line
    WHERE ids[n] IS NOT NULL;
END
$$;


-- Locks the accounts that were left for last. What is debited must have been locked when it was decided.
CREATE FUNCTION ledger_lock_late(taken ledger_taken, decided ledger_decided) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(taken.ids, decided.debited) AS moved(id, debited)
               WHERE debited > 0 AND id = ANY (taken.late)) THEN
        RAISE EXCEPTION 'an account that was left for last is debited' USING ERRCODE = 'assert_failure';
    END IF;
    PERFORM ledger_lock_ids(taken.late);
END
$$;


-- Moves the balances. Additions, not results: whatever else went wrong, the account's own CHECK keeps it from being
-- overdrawn. Platform accounts keep no live balance.
CREATE FUNCTION ledger_write_balances(taken ledger_taken, decided ledger_decided) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    UPDATE ledger_account account
    SET debits = account.debits + moved.debited, credits = account.credits + moved.credited,
        spent = account.spent + moved.consumed,
        at_rest = account.at_rest AND moved.credited = 0  -- indexed, and nearly always the same: the update stays HOT
    FROM unnest(taken.ids, decided.debited, decided.credited, decided.consumed) AS moved(id, debited, credited, consumed)
    WHERE account.id = moved.id AND account.id = ANY (taken.ids) AND account.id > 0
      AND moved.debited + moved.credited > 0;
END
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
-- Runs in the caller's transaction and locks the accounts until its end, the late ones last. What is decided in memory is written by one
-- statement per table.
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
    decided CONSTANT ledger_decided := ledger_decide(asked, taken, known);
    statuses text[] := decided.statuses; ids bigint[] := decided.ids; balances bigint[] := decided.balances;
    repeats integer[] := decided.repeats; known_ids bigint[] := known.ids; known_balances bigint[] := known.balances;
BEGIN
    PERFORM ledger_write_operations(asked, taken, decided, posted_at);
    PERFORM ledger_write_journal(asked, taken, decided);
    PERFORM ledger_lock_late(taken, decided);
    PERFORM ledger_write_balances(taken, decided);
    RETURN QUERY
    SELECT statuses[n], coalesce(ids[n], known_ids[n], ids[repeats[n]]),
           CASE statuses[n] WHEN 'conflict' THEN NULL
                            WHEN 'replayed' THEN coalesce(known_balances[n], balances[repeats[n]])
                            ELSE balances[n] END
    FROM generate_series(1, cardinality(statuses)) AS n;
END
$$;
