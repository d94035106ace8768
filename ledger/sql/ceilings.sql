-- Budgets as ceilings: how much of an account may be spent until when.
--
-- A limit says how much may be spent in each day, week or month. What was spent at the period's start plus the limit is
-- a ceiling of `spent`; the lowest of an account's ceilings and the earliest of their ends stand on the account itself,
-- where ledger_post checks them with the balance. Nothing is written while a period lasts.

-- When the period that holds `at` began and when it ends, by the calendar of a time zone; weeks begin on Monday.
-- Where clocks go back over midnight, the day begins at its second midnight: the hour before that is still the last day's.
CREATE FUNCTION ledger_period(period text, at timestamptz, zone text, OUT starts_at timestamptz, OUT ends_at timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT first AT TIME ZONE zone, (first + step) AT TIME ZONE zone
    FROM (SELECT date_trunc(period, at AT TIME ZONE zone) AS latest, ('1 ' || period)::interval AS step) calendar
    CROSS JOIN LATERAL (VALUES (latest), (latest - step)) AS begun(first)
    WHERE first AT TIME ZONE zone <= at
    ORDER BY first DESC LIMIT 1
$$;


-- Writes the lowest ceiling and the earliest end of an account's limits onto the locked accounts; null without limits.
CREATE FUNCTION ledger_write_ceilings(ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    UPDATE ledger_account account SET spent_ceiling = lowest.ceiling, ceiling_until = lowest.until
    FROM (
        SELECT named.id, min(l.spent_at_start + l.amount) AS ceiling, min(l.ends_at) AS until
        FROM unnest(ids) AS named(id) LEFT JOIN ledger_limit l ON l.account_id = named.id AND l.account_id = ANY (ids)
        GROUP BY named.id
    ) lowest
    WHERE account.id = lowest.id AND account.id = ANY (ids)
$$;


-- Begins the periods that have come since, for those of the locked accounts whose ceiling is out of date. What was
-- spent until now was spent before the new period: nobody spent in between, or the period would have begun then.
CREATE FUNCTION ledger_renew_ceilings(ids bigint[], at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    stale CONSTANT bigint[] := array(SELECT id FROM ledger_account WHERE id = ANY (ids) AND ceiling_until <= at);
BEGIN
    DELETE FROM ledger_limit WHERE account_id = ANY (stale) AND period = 'pause' AND ends_at <= at;
    UPDATE ledger_limit l
    SET (starts_at, ends_at) = (SELECT p.starts_at, p.ends_at FROM ledger_period(l.period, at, l.zone) p),
        spent_at_start = account.spent
    FROM ledger_account account
    WHERE account.id = l.account_id AND account.id = ANY (stale) AND l.account_id = ANY (stale) AND l.ends_at <= at;
    PERFORM ledger_write_ceilings(stale);
END
$$;


-- What an account spent since a moment, from the journal.
CREATE FUNCTION ledger_spent_since(account bigint, since timestamptz) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(sum(transfer.amount), 0)::bigint
    FROM ledger_operation o
    JOIN ledger_transfer transfer ON transfer.operation_id = o.id AND transfer.debit_id = o.payer_id
    WHERE o.payer_id = account AND o.spends AND o.at >= since
      AND o.id IN (SELECT operation_id FROM ledger_journal WHERE debit_id = account AND debit_id > 0
                   UNION SELECT operation_id FROM ledger_journal WHERE debit_2_id = account AND debit_2_id > 0)
);


-- Sets, changes or (with a null amount) takes away one limit of an account, at once. What was spent in the running
-- period counts. A new zone counts from the next period on: the running one keeps the end it was given.
CREATE FUNCTION ledger_limit(
    of_holder bigint, of_code text, of_unit text, of_period text, of_amount bigint, of_zone text, at timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    taken ledger_taken := ledger_take((array[of_holder], array[of_code], array[of_unit], NULL)::ledger_named, at);
    account CONSTANT bigint := taken.ids[1];
    span record := ledger_period(of_period, at, of_zone);
BEGIN
    DELETE FROM ledger_limit WHERE account_id = account AND period = of_period AND of_amount IS NULL;
    INSERT INTO ledger_limit (account_id, period, amount, zone, starts_at, ends_at, spent_at_start)
    SELECT account, of_period, of_amount, of_zone, span.starts_at, span.ends_at,
           (SELECT spent FROM ledger_account WHERE id = account) - ledger_spent_since(account, span.starts_at)
    WHERE of_amount IS NOT NULL
    ON CONFLICT (account_id, period) DO UPDATE SET amount = excluded.amount, zone = excluded.zone;
    PERFORM ledger_write_ceilings(array[account]);
END
$$;


-- Lets nothing be spent from an account until a moment, at once and by the same ceiling as a limit of nothing; that
-- moment may be moved. A null one takes the pause away. What comes in, and what the system moves, passes.
CREATE FUNCTION ledger_pause(of_holder bigint, of_code text, of_unit text, until timestamptz, at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    taken ledger_taken := ledger_take((array[of_holder], array[of_code], array[of_unit], NULL)::ledger_named, at);
    account CONSTANT bigint := taken.ids[1];
BEGIN
    DELETE FROM ledger_limit WHERE account_id = account AND period = 'pause';
    INSERT INTO ledger_limit (account_id, period, amount, zone, starts_at, ends_at, spent_at_start)
    SELECT account, 'pause', 0, 'UTC', at, until, (SELECT spent FROM ledger_account WHERE id = account)
    WHERE until > at;
    PERFORM ledger_write_ceilings(array[account]);
END
$$;
