-- Everything that must hold in the books, recomputed from the rows, one function per kind of finding. Each finding is one
-- sentence that names its row. Read them in one snapshot (ledger/checks.py): they scan the whole journal.


-- The content of every operation is the content that was posted.
CREATE FUNCTION ledger_content_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('operation %s (%s): what is written differs from what was posted (content hash)', o.id, o.key)
    FROM ledger_operation o
    LEFT JOIN (
        SELECT operation_id, string_agg(ledger_transfer_text(unit, debit_id, credit_id, amount), '' ORDER BY position)
               AS text
        FROM ledger_transfer GROUP BY operation_id
    ) transfers ON transfers.operation_id = o.id
    WHERE transfers.text IS NULL OR o.content_hash <> ledger_content_hash(
        o.id, o.holder, o.key, o.kind, o.request_hash, o.payer_id, o.spends, o.balance, o.at, o.lot_id, o.origin,
        transfers.text)
$$;


-- Every journal row belongs to an operation, its accounts exist, and they are of its unit.
CREATE FUNCTION ledger_reference_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('operation %s: a journal row without its operation', row.operation_id)
    FROM ledger_journal row
    WHERE NOT EXISTS (SELECT FROM ledger_operation o WHERE o.id = row.operation_id)
    UNION ALL
    SELECT format('operation %s: account %s %s', side.operation_id, side.account_id,
                  coalesce('is of ' || account.unit || ', its transfer of ' || side.unit, 'does not exist'))
    FROM ledger_side side
    LEFT JOIN ledger_account account ON account.id = side.account_id
    WHERE account.unit IS DISTINCT FROM side.unit
$$;


-- A holder's account says what its journal rows add up to; a platform account keeps nothing live.
CREATE FUNCTION ledger_counter_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('account %s (%s): its counters are %s debits and %s credits, its journal says %s and %s',
                  account.id, account.code, account.debits, account.credits,
                  coalesce(told.debits, 0), coalesce(told.credits, 0))
    FROM ledger_account account
    LEFT JOIN (
        SELECT account_id, sum(debit) AS debits, sum(credit) AS credits
        FROM ledger_side WHERE account_id > 0 GROUP BY account_id
    ) told ON told.account_id = account.id
    WHERE (account.debits, account.credits) IS DISTINCT FROM (coalesce(told.debits, 0), coalesce(told.credits, 0))
$$;


-- What an account says was spent is what its spending operations took from it.
CREATE FUNCTION ledger_spent_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('account %s (%s): it says %s were spent, its operations say %s',
                  account.id, account.code, account.spent, coalesce(told.spent, 0))
    FROM ledger_account account
    LEFT JOIN (
        SELECT o.payer_id, sum(transfer.amount) AS spent
        FROM ledger_operation o
        JOIN ledger_transfer transfer ON transfer.operation_id = o.id AND transfer.debit_id = o.payer_id
        WHERE o.spends GROUP BY o.payer_id
    ) told ON told.payer_id = account.id
    WHERE account.spent <> coalesce(told.spent, 0)
$$;


-- No account was ever overdrawn, and every answer that a replay repeats was true when it was given. An account's
-- operations have ascending ids, because ids are handed out under the account's lock.
CREATE FUNCTION ledger_standing_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT format('operation %s: it leaves account %s with %s%s', step.operation_id, step.account_id,
                           step.standing, CASE WHEN step.standing >= 0 THEN format(', not with the %s answered', o.balance) END)
    FROM (
        SELECT side.account_id, side.operation_id,
               sum(sum(side.credit - side.debit)) OVER (PARTITION BY side.account_id ORDER BY side.operation_id)
               AS standing
        FROM ledger_side side WHERE side.account_id > 0
        GROUP BY side.account_id, side.operation_id
    ) step
    JOIN ledger_account account ON account.id = step.account_id
    LEFT JOIN ledger_operation o ON o.id = step.operation_id AND o.payer_id = step.account_id
    WHERE (step.standing < 0 AND NOT account.overdraft) OR o.balance <> step.standing
$$;


-- The ceiling on an account is the lowest of its limits, valid until the first of them ends; no limit, no ceiling.
CREATE FUNCTION ledger_ceiling_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('account %s (%s): its ceiling is %s until %s, its limits say %s until %s', account.id, account.code,
                  coalesce(account.spent_ceiling::text, 'none'), coalesce(account.ceiling_until::text, 'always'),
                  coalesce(lowest.ceiling::text, 'none'), coalesce(lowest.until::text, 'always'))
    FROM ledger_account account
    FULL JOIN (
        SELECT account_id, min(spent_at_start + amount) AS ceiling, min(ends_at) AS until
        FROM ledger_limit GROUP BY account_id
    ) lowest ON lowest.account_id = account.id
    WHERE (account.spent_ceiling, account.ceiling_until) IS DISTINCT FROM (lowest.ceiling, lowest.until)
    UNION ALL
    SELECT format('account %s (%s): its limit a %s counts from %s spent, and it spent only %s in all',
                  account.id, account.code, l.period, l.spent_at_start, account.spent)
    FROM ledger_limit l JOIN ledger_account account ON account.id = l.account_id
    WHERE l.spent_at_start NOT BETWEEN 0 AND account.spent
$$;


-- The totals are the journal below the watermark, and what the folds themselves posted.
CREATE FUNCTION ledger_total_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('total %s %s: it says %s debits and %s credits, the journal below transaction %s says %s and %s',
                  coalesce(total.family, told.family), coalesce(total.unit, told.unit), total.debits, total.credits,
                  (SELECT watermark FROM ledger_last_fold()), told.debits, told.credits)
    FROM ledger_total total
    FULL JOIN (
        SELECT split_part(account.code, '/', 1) AS family, side.unit,
               sum(side.debit) AS debits, sum(side.credit) AS credits
        FROM ledger_side side
        JOIN ledger_account account ON account.id = side.account_id
        WHERE side.xid < (SELECT watermark FROM ledger_last_fold())
           OR EXISTS (SELECT FROM ledger_fold_run run WHERE run.operation_id = side.operation_id)
        GROUP BY 1, 2
    ) told ON told.family = total.family AND told.unit = total.unit
    WHERE (coalesce(total.debits, 0), coalesce(total.credits, 0))
          IS DISTINCT FROM (coalesce(told.debits, 0), coalesce(told.credits, 0))
$$;


-- What the last fold promised (fold.sql): both sides of the gifts' money, exactly.
CREATE FUNCTION ledger_fold_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('fold %s: %s is %s, by %s outstanding it must be %s',
                  last.id, promise.family, promise.told, promise.outstanding, promise.worth)
    FROM ledger_last_fold() last
    CROSS JOIN LATERAL (
        SELECT 'coin.float' AS family, ledger_folded(array['coin.float'], last.currency) AS told, outstanding,
               ledger_floor(outstanding * last.coin_value_micro, last.micro_per_minor) AS worth
        FROM (SELECT ledger_folded(array['coins', 'coins.held'], 'COIN') AS outstanding) coins
        UNION ALL
        SELECT 'creator.payable', ledger_folded(array['creator.payable'], last.currency), outstanding,
               ledger_floor(outstanding * last.diamond_value_micro, 100 * last.micro_per_minor::numeric)
        FROM (SELECT ledger_folded(array['diamonds.pending', 'diamonds.available', 'diamonds.held'], 'DIAMOND')
                     AS outstanding) diamonds
    ) promise
    WHERE promise.told <> promise.worth
$$;


-- Every unit adds up to nothing.
CREATE FUNCTION ledger_unit_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('unit %s: all accounts together have %s, not 0', unit, sum(credits - debits))
    FROM ledger_standing GROUP BY unit HAVING sum(credits - debits) <> 0
$$;


-- All of them.
CREATE FUNCTION ledger_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT ledger_content_findings()
    UNION ALL SELECT ledger_reference_findings()
    UNION ALL SELECT ledger_counter_findings()
    UNION ALL SELECT ledger_spent_findings()
    UNION ALL SELECT ledger_standing_findings()
    UNION ALL SELECT ledger_ceiling_findings()
    UNION ALL SELECT ledger_total_findings()
    UNION ALL SELECT ledger_fold_findings()
    UNION ALL SELECT ledger_unit_findings()
$$;
