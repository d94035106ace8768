-- Reading the journal, and the fold that keeps the totals.

-- Every transfer by itself, whichever half of its journal row it stands in.
CREATE VIEW ledger_transfer AS
SELECT row.operation_id, row.position * 2 + half.n AS position,
       half.unit, half.debit_id, half.credit_id, half.amount, row.xid
FROM ledger_journal row
CROSS JOIN LATERAL (VALUES
    (0, row.unit, row.debit_id, row.credit_id, row.amount),
    (1, row.unit_2, row.debit_2_id, row.credit_2_id, row.amount_2)
) AS half(n, unit, debit_id, credit_id, amount)
WHERE half.unit IS NOT NULL;


-- Both sides of every transfer: what it took from one account and gave to the other.
CREATE VIEW ledger_side AS
SELECT transfer.operation_id, transfer.position, side.account_id, transfer.unit, side.debit, side.credit,
       transfer.xid
FROM ledger_transfer transfer
CROSS JOIN LATERAL (VALUES
    (transfer.debit_id, transfer.amount, 0::bigint),
    (transfer.credit_id, 0::bigint, transfer.amount)
) AS side(account_id, debit, credit);


-- The totals of every code family (the code before any '/') as they are now: folded, and not yet folded, in the
-- snapshot of the one statement that reads this view. The fold's own postings are in ledger_total already.
CREATE VIEW ledger_standing AS
SELECT part.family, part.unit, sum(part.debits)::bigint AS debits, sum(part.credits)::bigint AS credits
FROM (
    SELECT family, unit, debits, credits FROM ledger_total
    UNION ALL
    SELECT split_part(account.code, '/', 1), side.unit, side.debit, side.credit
    FROM ledger_side side
    JOIN ledger_account account ON account.id = side.account_id
    WHERE side.xid >= coalesce((SELECT watermark FROM ledger_fold_run ORDER BY id DESC LIMIT 1), '0'::xid8)
      AND NOT EXISTS (SELECT FROM ledger_fold_run run WHERE run.operation_id = side.operation_id)
) part
GROUP BY part.family, part.unit;


-- ⌊a ÷ b⌋ for b > 0, exact however large a is (numeric division would round).
CREATE FUNCTION ledger_floor(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN div(a - mod(mod(a, b) + b, b), b);


-- Credits less debits of some families in one unit, as folded.
CREATE FUNCTION ledger_folded(families text[], of_unit text) RETURNS numeric
LANGUAGE sql STABLE
RETURN (SELECT coalesce(sum(credits - debits), 0) FROM ledger_total WHERE family = ANY (families) AND unit = of_unit);


-- Adds to the totals.
CREATE FUNCTION ledger_add_totals(families text[], units text[], debits bigint[], credits bigint[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO ledger_total (family, unit, debits, credits)
    SELECT * FROM unnest(families, units, debits, credits)
    ON CONFLICT (family, unit) DO UPDATE
    SET debits = ledger_total.debits + excluded.debits, credits = ledger_total.credits + excluded.credits
$$;


-- Posts changes of platform accounts that add up to zero (credits above, debits below) as the fewest transfers
-- that a greedy match finds, and answers the operation's id; null when nothing moves.
CREATE FUNCTION ledger_post_changes(
    operation_key text, operation_kind text, codes text[], currency text, changes bigint[], posted_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    remaining bigint[] := changes;
    debits integer[] := '{}';
    credits integer[] := '{}';
    amounts bigint[] := '{}';
    amount bigint;
BEGIN
    FOR giver IN 1 .. cardinality(codes) LOOP
        FOR taker IN 1 .. cardinality(codes) LOOP
            amount := least(-remaining[giver], remaining[taker]);
            CONTINUE WHEN amount <= 0;
            remaining[giver] := remaining[giver] + amount;
            remaining[taker] := remaining[taker] - amount;
            debits := debits || giver;
            credits := credits || taker;
            amounts := amounts || amount;
        END LOOP;
    END LOOP;
    IF cardinality(amounts) = 0 THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT operation_id FROM ledger_post(
            ROW(array_fill(0, array[cardinality(codes)]), codes, array_fill(currency, array[cardinality(codes)]),
                NULL)::ledger_named,
            ROW(array[0], array[operation_key], array[operation_kind], array[sha256(operation_key::bytea)],
                array[NULL], array[false], NULL, NULL, NULL, array[cardinality(amounts)], debits, credits, amounts
            )::ledger_asked,
            posted_at)
    );
END
$$;


-- The last fold; no row before the first.
CREATE FUNCTION ledger_last_fold() RETURNS SETOF ledger_fold_run
LANGUAGE sql STABLE
AS $$ SELECT * FROM ledger_fold_run ORDER BY id DESC LIMIT 1 $$;


-- What some journal rows moved, by family and unit.
CREATE TYPE ledger_moved AS (families text[], units text[], debits bigint[], credits bigint[]);

-- The rows of the transactions in [since, until), without what the folds themselves posted; null if there are none.
CREATE FUNCTION ledger_unfolded(since xid8, until xid8) RETURNS ledger_moved
LANGUAGE sql STABLE
RETURN (
    SELECT (array_agg(moved.family), array_agg(moved.unit), array_agg(moved.debits), array_agg(moved.credits)
           )::ledger_moved
    FROM (
        SELECT split_part(account.code, '/', 1) AS family, side.unit,
               sum(side.debit)::bigint AS debits, sum(side.credit)::bigint AS credits
        FROM ledger_side side
        JOIN ledger_account account ON account.id = side.account_id
        WHERE side.xid >= since AND side.xid < until
          AND NOT EXISTS (SELECT FROM ledger_fold_run run WHERE run.operation_id = side.operation_id)
        GROUP BY family, side.unit
    ) moved
);


-- Money in parts: a minor unit has 100 × micro_per_minor of them, so that one hundredth of a diamond at one micro is
-- one part, and everything is whole numbers.
CREATE FUNCTION ledger_parts_per_minor(run ledger_fold_run) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 100 * run.micro_per_minor::numeric;


-- The platform's share in parts: what the coins into coins.redeemed were worth less what the diamonds out of
-- diamonds.issued are worth, and what the last run carried. A diamond that rose in value is paid for out of it.
CREATE FUNCTION ledger_share_parts(moved ledger_moved, last ledger_fold_run, run ledger_fold_run) RETURNS numeric
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(sum(credits) FILTER (WHERE family = 'coins.redeemed'), 0) * run.coin_value_micro * 100
           - coalesce(sum(debits) FILTER (WHERE family = 'diamonds.issued'), 0) * run.diamond_value_micro
           + coalesce(last.share_carry_parts, 0)
           - coalesce(last.diamonds_outstanding * (run.diamond_value_micro - last.diamond_value_micro), 0)
    FROM unnest(moved.families, moved.debits, moved.credits) AS m(family, debits, credits)
);


-- Posts the money that the totals lack, `share` minor units of it for the platform, and adds it to them. Answers the
-- operation's id; null when nothing is to be moved.
CREATE FUNCTION ledger_fold_money(run ledger_fold_run, share bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    parts CONSTANT numeric := ledger_parts_per_minor(run);
    float_change CONSTANT bigint := ledger_floor(run.coins_outstanding * run.coin_value_micro::numeric * 100, parts)
        - ledger_folded(array['coin.float'], run.currency);
    payable_change CONSTANT bigint := ledger_floor(run.diamonds_outstanding * run.diamond_value_micro::numeric, parts)
        - ledger_folded(array['creator.payable'], run.currency);
    codes CONSTANT text[] := array['coin.float', 'creator.payable', 'revenue.share', 'rounding'];
    changes CONSTANT bigint[] := array[float_change, payable_change, share, -(float_change + payable_change + share)];
    posted_id CONSTANT bigint :=
        ledger_post_changes('fold:' || run.id, 'fold', codes, run.currency, changes, run.at);
BEGIN
    IF posted_id IS NOT NULL THEN
        PERFORM ledger_add_totals(
            codes, array_fill(run.currency, array[4]),
            array(SELECT greatest(-change, 0) FROM unnest(changes) WITH ORDINALITY AS c(change, n) ORDER BY n),
            array(SELECT greatest(change, 0) FROM unnest(changes) WITH ORDINALITY AS c(change, n) ORDER BY n));
    END IF;
    RETURN posted_id;
END
$$;


-- A fold up to here, at these values; what it finds is filled in by ledger_fold.
CREATE FUNCTION ledger_begin_fold(
    last ledger_fold_run, fold_currency text, micro_per_minor bigint, coin_value_micro bigint,
    diamond_value_micro bigint, folded_at timestamptz
) RETURNS ledger_fold_run
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    run ledger_fold_run;
BEGIN
    IF last.currency <> fold_currency THEN
        RAISE EXCEPTION 'the books are kept in %, not in %', last.currency, fold_currency;
    END IF;
    run.watermark := ledger_watermark();
    run.at := folded_at;
    run.currency := fold_currency;
    run.micro_per_minor := micro_per_minor;
    run.coin_value_micro := coin_value_micro;
    run.diamond_value_micro := diamond_value_micro;
    RETURN run;
END
$$;


-- Folds the journal rows of all transactions older than the oldest one still running into ledger_total, and posts
-- the money of the gifts among them. Answers the run's id; null when there was nothing to fold or another fold runs.
--
-- Gifts move coins and diamonds only; their money follows here, in whole minor units, so that as of the watermark
--     coin.float      = ⌊coins not yet spent × a coin's value⌋
--     creator.payable = ⌊diamonds not yet in a payout × a diamond's value⌋
-- exactly. revenue.share gets what the coins given were worth less what the diamonds they became are worth; the
-- part of it below a minor unit is carried to the next run. What rounding leaves over goes to `rounding`.
-- Coins into coins.redeemed and diamonds out of diamonds.issued are what the fold pays for. The ways back
-- (a refunded gift, a lost dispute) post their own money.
CREATE FUNCTION ledger_fold(
    fold_currency text, micro_per_minor bigint, coin_value_micro bigint, diamond_value_micro bigint,
    folded_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    last ledger_fold_run;
    run ledger_fold_run;
    moved ledger_moved;
    share_parts numeric;
    share bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ledger_fold')) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM ledger_last_fold();
    run := ledger_begin_fold(last, fold_currency, micro_per_minor, coin_value_micro, diamond_value_micro, folded_at);
    moved := ledger_unfolded(coalesce(last.watermark, '0'::xid8), run.watermark);
    IF moved.families IS NOT NULL THEN
        PERFORM ledger_add_totals(moved.families, moved.units, moved.debits, moved.credits);
    ELSIF last.coin_value_micro = coin_value_micro AND last.diamond_value_micro = diamond_value_micro THEN
        RETURN NULL;
    END IF;

    run.id := nextval('ledger_fold_run_id_seq');
    run.coins_outstanding := ledger_folded(array['coins', 'coins.held'], 'COIN');
    run.diamonds_outstanding :=
        ledger_folded(array['diamonds.pending', 'diamonds.available', 'diamonds.held'], 'DIAMOND');
    share_parts := ledger_share_parts(moved, last, run);
    share := ledger_floor(share_parts, ledger_parts_per_minor(run));
    run.share_carry_parts := share_parts - share * ledger_parts_per_minor(run);
    run.operation_id := ledger_fold_money(run, share);
    INSERT INTO ledger_fold_run SELECT run.*;
    RETURN run.id;
END
$$;
