-- Sealing: blocks of operations under one hash, each naming the one before (docs/ledger.md, Sealing).
--
-- Leaves and nodes are hashed as RFC 6962 does, with a first byte that tells them apart; the tree has its shape.

CREATE FUNCTION ledger_leaf(content_hash bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256('\x00'::bytea || content_hash);


-- The Merkle root over leaves of 32 bytes each, one behind the other. Each turn makes the level above: two neighbours
-- become a node, a last one without a neighbour rises as it is.
CREATE FUNCTION ledger_merkle_root(leaves bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    level bytea := leaves;
BEGIN
    WHILE octet_length(level) > 32 LOOP
        level := (
            SELECT string_agg(CASE octet_length(pair) WHEN 64 THEN sha256('\x01'::bytea || pair) ELSE pair END, '' ORDER BY at)
            FROM (
                SELECT at, substring(level FROM at FOR 64) AS pair
                FROM generate_series(1, octet_length(level), 64) AS at
            ) pairs
        );
    END LOOP;
    RETURN level;
END
$$;


-- The first four bytes of each leaf.
CREATE FUNCTION ledger_leaf_marks(leaves bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(substring(leaves FROM at FOR 4), '' ORDER BY at)
        FROM generate_series(1, octet_length(leaves), 32) AS at);


-- The canonical text of a block, and its hash.
CREATE FUNCTION ledger_block_text(block ledger_block) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat_ws('|', 'block', block.number, block.epoch, encode(block.previous_hash, 'hex'),
    encode(block.merkle_root, 'hex'), block.first_watermark, block.watermark, block.operations, block.transfers,
    (SELECT string_agg(total.unit || ' ' || total.amount, ',' ORDER BY total.unit COLLATE "C")
     FROM jsonb_each_text(block.totals) AS total(unit, amount)),
    block.rate_version, (extract(epoch FROM block.sealed_at) * 1000000)::bigint);

CREATE FUNCTION ledger_block_hash(block ledger_block) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(ledger_block_text(block), 'UTF8'));


-- Where a block that begins at `first` ends: at the watermark, or sooner when more than `most` rows wait, but always
-- between two transactions and never before the end of the first one.
CREATE FUNCTION ledger_block_end(first xid8, watermark xid8, most integer) RETURNS xid8
LANGUAGE sql STABLE
RETURN coalesce((
    SELECT greatest(row.xid, ledger_shift((
        SELECT lowest.xid FROM ledger_journal lowest WHERE lowest.xid >= first AND lowest.xid < watermark
        ORDER BY lowest.xid LIMIT 1), 1))
    FROM ledger_journal row WHERE row.xid >= first AND row.xid < watermark
    ORDER BY row.xid OFFSET most LIMIT 1), watermark);


-- What a window of transactions holds: its operations with their leaves, by operation id, and what they moved.
CREATE FUNCTION ledger_window(
    first xid8, watermark xid8, OUT operations bigint, OUT leaves bytea, OUT transfers bigint, OUT totals jsonb
)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    SELECT count(*), string_agg(ledger_leaf(o.content_hash), '' ORDER BY o.id) INTO operations, leaves
    FROM ledger_journal row JOIN ledger_operation o ON o.id = row.operation_id
    WHERE row.xid >= first AND row.xid < watermark AND row.position = 0;

    SELECT sum(moved.transfers), jsonb_object_agg(moved.unit, moved.amount) INTO transfers, totals
    FROM (
        SELECT unit, count(*) AS transfers, sum(amount) AS amount FROM ledger_transfer
        WHERE xid >= first AND xid < watermark GROUP BY unit
    ) moved;
END
$$;


-- Seals the operations of all transactions from the last block's watermark up to the present one: the next block.
-- Answers its number, and whether more is waiting already; nothing when there is nothing to seal or another one seals.
-- A block belongs to transactions, never to a range of ids: ids are handed out before their transactions commit.
CREATE FUNCTION ledger_seal(sealed_at timestamptz, rate_version bigint, most_rows integer DEFAULT 250000)
RETURNS TABLE (sealed bigint, is_more boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    last ledger_block;
    block ledger_block;
    leaves bytea;
    watermark xid8;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ledger_seal')) THEN
        RETURN;
    END IF;
    SELECT * INTO last FROM ledger_block ORDER BY number DESC LIMIT 1;
    watermark := ledger_watermark();
    block.first_watermark := coalesce(last.watermark, '0');
    block.watermark := ledger_block_end(block.first_watermark, watermark, most_rows);
    SELECT here.operations, here.leaves, here.transfers, here.totals
    INTO block.operations, leaves, block.transfers, block.totals
    FROM ledger_window(block.first_watermark, block.watermark) here;
    IF leaves IS NULL THEN
        RETURN;
    END IF;
    block.number := coalesce(last.number, 0) + 1;
    block.epoch := coalesce((SELECT max(epoch.number) FROM ledger_epoch epoch), 1);
    block.previous_hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    block.merkle_root := ledger_merkle_root(leaves);
    block.leaf_marks := ledger_leaf_marks(leaves);
    block.rate_version := rate_version;
    block.sealed_at := sealed_at;
    block.hash := ledger_block_hash(block);
    INSERT INTO ledger_block VALUES (block.*);
    RETURN QUERY SELECT block.number, block.watermark < watermark;
END
$$;


-- How far sealing is behind: operations not yet sealed, counted up to `most`, and since when the oldest one waits.
CREATE FUNCTION ledger_seal_lag(most integer) RETURNS TABLE (operations bigint, oldest_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
AS $$
    SELECT waiting.operations, (SELECT o.recorded_at FROM ledger_operation o WHERE o.id = waiting.lowest_id)
    FROM (
        SELECT count(*) AS operations, min(row.operation_id) AS lowest_id
        FROM (
            SELECT journal.operation_id FROM ledger_journal journal
            WHERE journal.position = 0 AND journal.xid >= coalesce(
                (SELECT block.watermark FROM ledger_block block ORDER BY block.number DESC LIMIT 1), '0'::xid8)
            LIMIT most
        ) row
    ) waiting
$$;


CREATE TRIGGER ledger_block_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_block
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_epoch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_epoch
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
