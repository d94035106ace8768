-- Everything that must hold in the books, recomputed from the rows. Each finding is one sentence that names its row.
-- Read it in one snapshot (ledger/checks.py); it scans the whole journal.
CREATE FUNCTION ledger_findings() RETURNS SETOF text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    last ledger_fold_run;
BEGIN
    -- The content of every operation is the content that was posted.
    RETURN QUERY
    SELECT format('operation %s (%s): what is written differs from what was posted (content hash)', o.id, o.key)
    FROM ledger_operation o
    LEFT JOIN (
        SELECT operation_id, string_agg(ledger_transfer_text(unit, debit_id, credit_id, amount), '' ORDER BY position)
               AS text
        FROM ledger_transfer GROUP BY operation_id
    ) transfers ON transfers.operation_id = o.id
    WHERE transfers.text IS NULL OR o.content_hash <> ledger_content_hash(
        o.id, o.holder, o.key, o.kind, o.request_hash, o.payer_id, o.spends, o.balance, o.at, o.lot_id, o.origin,
        transfers.text);

    -- Every journal row belongs to an operation, its accounts exist, and they are of its unit.
    RETURN QUERY
    SELECT format('operation %s: a journal row without its operation', row.operation_id)
    FROM ledger_journal row
    WHERE NOT EXISTS (SELECT FROM ledger_operation o WHERE o.id = row.operation_id);

    RETURN QUERY
    SELECT format('operation %s: account %s %s', side.operation_id, side.account_id,
                  coalesce('is of ' || account.unit || ', its transfer of ' || side.unit, 'does not exist'))
    FROM ledger_side side
    LEFT JOIN ledger_account account ON account.id = side.account_id
    WHERE account.unit IS DISTINCT FROM side.unit;

    -- A holder's account says what its journal rows add up to; a platform account keeps nothing live.
    RETURN QUERY
    SELECT format('account %s (%s): its counters are %s debits and %s credits, its journal says %s and %s',
                  account.id, account.code, account.debits, account.credits,
                  coalesce(told.debits, 0), coalesce(told.credits, 0))
    FROM ledger_account account
    LEFT JOIN (
        SELECT account_id, sum(debit) AS debits, sum(credit) AS credits
        FROM ledger_side WHERE account_id > 0 GROUP BY account_id
    ) told ON told.account_id = account.id
    WHERE (account.debits, account.credits) IS DISTINCT FROM (coalesce(told.debits, 0), coalesce(told.credits, 0));

    RETURN QUERY
    SELECT format('account %s (%s): it says %s were spent, its operations say %s',
                  account.id, account.code, account.spent, coalesce(told.spent, 0))
    FROM ledger_account account
    LEFT JOIN (
        SELECT o.payer_id, sum(transfer.amount) AS spent
        FROM ledger_operation o
        JOIN ledger_transfer transfer ON transfer.operation_id = o.id AND transfer.debit_id = o.payer_id
        WHERE o.spends GROUP BY o.payer_id
    ) told ON told.payer_id = account.id
    WHERE account.spent <> coalesce(told.spent, 0);

    -- No account was ever overdrawn, and every answer that a replay repeats was true when it was given. An account's
    -- operations have ascending ids, because ids are handed out under the account's lock.
    RETURN QUERY
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
    WHERE (step.standing < 0 AND NOT account.overdraft) OR o.balance <> step.standing;

    SELECT * INTO last FROM ledger_fold_run ORDER BY id DESC LIMIT 1;

    -- The totals are the journal below the watermark, and what the folds themselves posted.
    RETURN QUERY
    SELECT format('total %s %s: it says %s debits and %s credits, the journal below transaction %s says %s and %s',
                  coalesce(total.family, told.family), coalesce(total.unit, told.unit), total.debits, total.credits,
                  last.watermark, told.debits, told.credits)
    FROM ledger_total total
    FULL JOIN (
        SELECT split_part(account.code, '/', 1) AS family, side.unit,
               sum(side.debit) AS debits, sum(side.credit) AS credits
        FROM ledger_side side
        JOIN ledger_account account ON account.id = side.account_id
        WHERE side.xid < last.watermark
           OR EXISTS (SELECT FROM ledger_fold_run run WHERE run.operation_id = side.operation_id)
        GROUP BY 1, 2
    ) told ON told.family = total.family AND told.unit = total.unit
    WHERE (coalesce(total.debits, 0), coalesce(total.credits, 0))
          IS DISTINCT FROM (coalesce(told.debits, 0), coalesce(told.credits, 0));

    -- What the last fold promised (fold.sql): both sides of the gifts' money, exactly.
    RETURN QUERY
    SELECT format('fold %s: %s is %s, by %s outstanding it must be %s',
                  last.id, promise.family, promise.told, promise.outstanding, promise.worth)
    FROM (
        SELECT 'coin.float' AS family, ledger_folded(array['coin.float'], last.currency) AS told, outstanding,
               ledger_floor(outstanding * last.coin_value_micro, last.micro_per_minor) AS worth
        FROM (SELECT ledger_folded(array['coins', 'coins.held'], 'COIN') AS outstanding) coins
        UNION ALL
        SELECT 'creator.payable', ledger_folded(array['creator.payable'], last.currency), outstanding,
               ledger_floor(outstanding * last.diamond_value_micro, 100 * last.micro_per_minor::numeric)
        FROM (SELECT ledger_folded(array['diamonds.pending', 'diamonds.available', 'diamonds.held'], 'DIAMOND')
                     AS outstanding) diamonds
    ) promise
    WHERE promise.told <> promise.worth;

    -- Every unit adds up to nothing.
    RETURN QUERY
    SELECT format('unit %s: all accounts together have %s, not 0', unit, sum(credits - debits))
    FROM ledger_standing GROUP BY unit HAVING sum(credits - debits) <> 0;
END
$$;
