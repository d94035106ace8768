-- The count of transactions that journal rows are stored with, and what becomes of it when the books move.
--
-- Folds and blocks are windows of this count. It must never go back; a cluster's own transaction ids do, when a dump is
-- restored into a younger cluster. A new epoch then adds a shift to them, so that every new row counts as later than
-- every old one, and no window needs to know of epochs (ADR 9).

CREATE FUNCTION ledger_shift(id xid8, shift bigint) RETURNS xid8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (id::text::bigint + shift)::text::xid8;


-- What this epoch adds to the cluster's transaction ids.
CREATE FUNCTION ledger_epoch_shift() RETURNS bigint
LANGUAGE sql STABLE
RETURN coalesce((SELECT epoch.shift FROM ledger_epoch epoch ORDER BY epoch.number DESC LIMIT 1), 0);


-- Whether the books have counted further than this cluster: then they were restored from another one, and a new epoch
-- must begin.
-- In its own cluster no watermark is ever above a later one, and no visible row was written by a transaction to come.
CREATE FUNCTION ledger_is_displaced() RETURNS boolean
LANGUAGE sql STABLE
RETURN coalesce(
    greatest((SELECT block.watermark FROM ledger_block block ORDER BY block.number DESC LIMIT 1),
             (SELECT run.watermark FROM ledger_fold_run run ORDER BY run.id DESC LIMIT 1))
        > ledger_shift(pg_snapshot_xmin(pg_current_snapshot()), ledger_epoch_shift()), false)
    OR coalesce(
    (SELECT newest.xid FROM ledger_journal newest ORDER BY newest.operation_id DESC, newest.position DESC LIMIT 1)
        >= ledger_shift(greatest(pg_snapshot_xmax(pg_current_snapshot()),
                                 ledger_shift(pg_current_xact_id_if_assigned(), 1)), ledger_epoch_shift()), false);


-- Below it every transaction has ended and every row is visible, in this snapshot and in each later one. One long
-- transaction anywhere in the cluster holds it back.
CREATE FUNCTION ledger_watermark() RETURNS xid8
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF ledger_is_displaced() THEN
        RAISE EXCEPTION 'these books were restored from another cluster: stop all writers and begin a new epoch'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'manage.py ledger_epoch --start "reason"';
    END IF;
    RETURN ledger_shift(pg_snapshot_xmin(pg_current_snapshot()), ledger_epoch_shift());
END
$$;


-- Until then nothing is posted: a row below the last watermark would never be folded or sealed. In its own cluster no
-- transaction is below it, because a watermark stops at the oldest one still running.
CREATE FUNCTION ledger_refuse_displaced() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF ledger_shift(pg_current_xact_id(), ledger_epoch_shift()) < greatest(
        (SELECT block.watermark FROM ledger_block block ORDER BY block.number DESC LIMIT 1),
        (SELECT run.watermark FROM ledger_fold_run run ORDER BY run.id DESC LIMIT 1)
    ) THEN
        PERFORM ledger_watermark();  -- says why, and what to do
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_journal_in_its_cluster BEFORE INSERT ON ledger_journal
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_displaced();


-- Begins a new epoch, and seals what the restored books had left unsealed. Answers its number. For the owner alone.
CREATE FUNCTION ledger_start_epoch(reason text, started_at timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    last ledger_block;
    epoch ledger_epoch;
BEGIN
    -- Waits for every writer, and keeps new ones out until the new count stands: whoever posts has read this table
    -- before it draws an id or writes a row.
    LOCK TABLE ledger_operation, ledger_journal IN ACCESS EXCLUSIVE MODE;
    SELECT * INTO last FROM ledger_block ORDER BY number DESC LIMIT 1;

    epoch.number := coalesce((SELECT max(number) FROM ledger_epoch), 1) + 1;
    epoch.watermark := ledger_shift(greatest(
        last.watermark, (SELECT max(row.xid) FROM ledger_journal row), (SELECT max(run.watermark) FROM ledger_fold_run run),
        ledger_shift(pg_snapshot_xmin(pg_current_snapshot()), ledger_epoch_shift())), 1);
    epoch.shift := epoch.watermark::text::bigint - pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    epoch.reason := reason;
    epoch.at := started_at;
    INSERT INTO ledger_epoch VALUES (epoch.*);
    EXECUTE format('ALTER TABLE ledger_journal ALTER COLUMN xid SET DEFAULT ledger_shift(pg_current_xact_id(), %s)',
                   epoch.shift);

    WHILE last.number IS NOT NULL AND EXISTS (SELECT FROM ledger_seal(started_at, last.rate_version)) LOOP
    END LOOP;
    RETURN epoch.number;
END
$$;
