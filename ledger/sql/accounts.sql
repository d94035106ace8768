-- Accounts: how they come into being, and how they are locked.

-- The one lock order: coins, then diamonds, then money; inside a unit by account id.
CREATE FUNCTION ledger_lock_rank(unit text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE unit WHEN 'COIN' THEN 0 WHEN 'DIAMOND' THEN 1 ELSE 2 END;


-- Accounts by name, and how a batch speaks of them: by their number, from 1. Each is named once.
-- `late`: only receives, so that nothing rests on its balance, from operations whose payers are all locked first; it is
-- locked last, when everything else is written, and whoever else credits it need not wait for this batch's work. Null: none.
CREATE TYPE ledger_named AS (holders bigint[], codes text[], units text[], late boolean[]);


-- Those of the named accounts that are not there, sorted, each once; null if all are there.
CREATE FUNCTION ledger_missing(named ledger_named) RETURNS ledger_named
LANGUAGE sql STABLE
RETURN (
    SELECT (array_agg(holder ORDER BY holder, code, unit), array_agg(code ORDER BY holder, code, unit),
            array_agg(unit ORDER BY holder, code, unit), NULL)::ledger_named
    FROM (
        SELECT DISTINCT holder, code, unit FROM unnest(named.holders, named.codes, named.units) AS w(holder, code, unit)
        WHERE NOT EXISTS (
            SELECT FROM ledger_account there
            WHERE there.holder = w.holder AND there.code = w.code AND there.unit = w.unit
        )
    ) wanted
);


-- The lock that opening and freezing a holder's accounts have in common. There are few of them, so that a batch that
-- opens thousands of accounts holds no more; two holders with the same one wait for each other now and then.
CREATE FUNCTION ledger_opening_lock(holder bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (holder % 64)::integer;


-- Makes the accounts that are not there yet.
-- Sorted, so that two calls that make the same accounts wait for each other in one order. A platform account
-- (holder 0) gets a negative id, may be overdrawn and keeps no live balance: its sum is folded from the journal.
-- An account of a frozen holder is born frozen: whoever freezes waits for those who open one, and the other way round.
CREATE FUNCTION ledger_open(holders bigint[], codes text[], units text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    missing CONSTANT ledger_named := ledger_missing((holders, codes, units, NULL)::ledger_named);
BEGIN
    IF missing.holders IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger_open'), number) FROM (
        SELECT DISTINCT ledger_opening_lock(holder) AS number FROM unnest(missing.holders) AS holder
        WHERE holder > 0 ORDER BY number
    ) locks;
    INSERT INTO ledger_account (id, holder, code, unit, overdraft, frozen)
    SELECT CASE WHEN holder = 0 THEN -1 ELSE 1 END * nextval('ledger_account_id_seq'), holder, code, unit, holder = 0,
           EXISTS (SELECT FROM ledger_account sister WHERE sister.holder = wanted.holder AND sister.frozen)
    FROM unnest(missing.holders, missing.codes, missing.units) AS wanted(holder, code, unit)
    ON CONFLICT (holder, code, unit) DO NOTHING;
END
$$;


-- The same accounts, locked, as they stand before the batch. `budgets`: what a ceiling leaves to be spent; null: all.
-- `stale`: one of the ceilings is of a period that has ended. `late`: the ids of those that are not locked yet.
CREATE TYPE ledger_taken AS (
    ids bigint[], units text[], openings bigint[], restricted boolean[], frozen boolean[], budgets bigint[],
    stale boolean, late bigint[]
);


-- Locks accounts by id, in the one order. Platform accounts (id < 0) are never locked: nothing on them changes.
CREATE FUNCTION ledger_lock_ids(ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    SELECT FROM ledger_account
    WHERE id = ANY (ids) AND id > 0
    ORDER BY ledger_lock_rank(unit), id
    FOR NO KEY UPDATE
$$;


-- Locks the named accounts, but the late ones, in the one order and reads them under the lock; null where there is none.
-- Nothing rests on the balance of a platform account or of a late one.
CREATE FUNCTION ledger_lock_named(named ledger_named, at timestamptz) RETURNS ledger_taken
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    taken ledger_taken;
BEGIN
    WITH wanted AS MATERIALIZED (
        SELECT holder, code, unit, coalesce(late, false) AS late, n
        FROM unnest(named.holders, named.codes, named.units, named.late) WITH ORDINALITY AS w(holder, code, unit, late, n)
    ), own AS MATERIALIZED (
        SELECT wanted.n, account.*
        FROM wanted JOIN ledger_account account USING (holder, code, unit)
        WHERE account.holder = ANY (named.holders) AND account.code = ANY (named.codes) AND account.id > 0
          AND NOT wanted.late
        ORDER BY ledger_lock_rank(account.unit), account.id
        FOR NO KEY UPDATE OF account
    ), found AS (
        SELECT n, id, credits - debits AS opening, frozen, spent_ceiling - spent AS budget, ceiling_until <= at AS stale
        FROM own
        UNION ALL
        SELECT wanted.n, account.id, 0, account.frozen, NULL, false
        FROM wanted JOIN ledger_account account USING (holder, code, unit)
        WHERE (wanted.late OR account.holder = 0) AND account.code = ANY (named.codes)
          AND account.holder = ANY (array(SELECT holder FROM wanted WHERE late OR holder = 0))
    )
    SELECT array_agg(found.id ORDER BY n), named.units, array_agg(found.opening ORDER BY n),
           array_agg(found.id > 0 ORDER BY n), array_agg(found.frozen ORDER BY n), array_agg(found.budget ORDER BY n),
           coalesce(bool_or(found.stale), false), array_agg(found.id) FILTER (WHERE wanted.late)
    INTO taken
    FROM wanted LEFT JOIN found USING (n);
    RETURN taken;
END
$$;


-- Opens what is missing, brings ceilings to the present, and gives the accounts locked, but for the late ones.
CREATE FUNCTION ledger_take(named ledger_named, at timestamptz) RETURNS ledger_taken
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    taken ledger_taken := ledger_lock_named(named, at);
BEGIN
    IF array_position(taken.ids, NULL) IS NOT NULL THEN
        -- New ids are higher than all there are, so what is made now keeps its place in the order of locks.
        PERFORM ledger_open(named.holders, named.codes, named.units);
        taken := ledger_lock_named(named, at);
    END IF;
    IF taken.stale THEN
        PERFORM ledger_renew_ceilings(taken.ids, at);
        taken := ledger_lock_named(named, at);
    END IF;
    RETURN taken;
END
$$;


-- Locks every account that the named (holder, code) pairs have, whatever its unit, and returns the rows.
-- For decisions that rest on a balance and end in ledger_post in the same transaction.
CREATE FUNCTION ledger_lock(holders bigint[], codes text[]) RETURNS SETOF ledger_account
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT * FROM ledger_account
    WHERE (holder, code) IN (SELECT * FROM unnest(holders, codes)) AND id > 0
    ORDER BY ledger_lock_rank(unit), id
    FOR NO KEY UPDATE
$$;


-- Freezes or thaws all accounts of a holder. A frozen account refuses to be spent from by its holder
-- (see ledger_post); money that comes in, and what the system itself moves, still passes.
CREATE FUNCTION ledger_freeze(of_holder bigint, is_frozen boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM ledger_lock_ids(array(SELECT id FROM ledger_account WHERE holder = of_holder));
    -- Rows first, as ledger_take does. Whoever was opening an account of the holder has committed now, and is seen
    -- below; whoever opens one from here on waits, and finds the mark.
    PERFORM pg_advisory_xact_lock(hashtext('ledger_open'), ledger_opening_lock(of_holder));
    UPDATE ledger_account SET frozen = is_frozen
    WHERE holder = of_holder AND id > 0 AND frozen <> is_frozen;
END
$$;


-- Sets the hold class of one account: how many days what it buys stays pending; null is the default.
CREATE FUNCTION ledger_set_hold(of_holder bigint, of_code text, of_unit text, days integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM ledger_open(array[of_holder], array[of_code], array[of_unit]);
    UPDATE ledger_account SET hold_days = days
    WHERE holder = of_holder AND code = of_code AND unit = of_unit AND hold_days IS DISTINCT FROM days;
END
$$;


-- Marks the named accounts, those that are empty, as at rest: they need no look until something is credited again.
-- Call it under their lock, when what was due has been moved.
CREATE FUNCTION ledger_rest(holders bigint[], codes text[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE ledger_account SET at_rest = true
    WHERE (holder, code) IN (SELECT * FROM unnest(holders, codes)) AND id > 0 AND credits = debits AND NOT at_rest
$$;
