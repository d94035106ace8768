-- What ledger_check looks for in the chain of blocks. Each finding names the block, and the operation where it is one.

-- Each block by itself and beside the one before it: fields, hash, number, window.
CREATE FUNCTION ledger_chain_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('block %s: %s', link.number, wrong.what)
    FROM (
        SELECT block.number, block.epoch, block.previous_hash, block.first_watermark, block.watermark, block.hash,
               ledger_block_hash(block) AS true_hash,
               lag(block.number, 1, 0::bigint) OVER chain AS number_before,
               lag(block.epoch, 1, 1) OVER chain AS epoch_before,
               lag(block.hash, 1, decode(repeat('00', 32), 'hex')) OVER chain AS hash_before,
               lag(block.watermark, 1, '0'::xid8) OVER chain AS watermark_before
        FROM ledger_block block WINDOW chain AS (ORDER BY block.number)
    ) link
    CROSS JOIN LATERAL (VALUES
        (link.hash <> link.true_hash, 'its hash is not the hash of what it says'),
        (link.number <> link.number_before + 1, format('block %s before it is missing', link.number - 1)),
        (link.previous_hash <> link.hash_before, 'the hash it names is not that of the block before it'),
        (link.first_watermark <> link.watermark_before OR link.watermark <= link.first_watermark,
         format('it reaches from transaction %s to %s, the block before it to %s',
                link.first_watermark, link.watermark, link.watermark_before)),
        (link.epoch < link.epoch_before, 'its epoch is older than that of the block before it')
    ) AS wrong(so, what)
    WHERE wrong.so
    ORDER BY link.number
$$;


-- What each block sealed against the rows that are there now: leaves by their rows, not by the stored content hash.
-- A row's block is found by its transaction: width_bucket tells in which of the ascending windows it lies.
CREATE FUNCTION ledger_sealed_now()
RETURNS TABLE (number bigint, operations bigint, leaves bytea, ids bigint[])
LANGUAGE sql STABLE
AS $$
    WITH chain AS MATERIALIZED (
        SELECT array_agg(number ORDER BY number) AS numbers, array_agg(first_watermark ORDER BY number) AS starts,
               max(watermark) AS watermark
        FROM ledger_block
    ), content AS (
        SELECT operation_id,
               string_agg(ledger_transfer_text(unit, debit_id, credit_id, amount), '' ORDER BY position) AS text
        FROM ledger_transfer GROUP BY operation_id
    )
    SELECT chain.numbers[width_bucket(row.xid, chain.starts)], count(*),
           string_agg(ledger_leaf(ledger_content_hash(
               o.id, o.holder, o.key, o.kind, o.request_hash, o.payer_id, o.spends, o.balance, o.at, o.lot_id, o.origin,
               content.text)),
               '' ORDER BY o.id),
           array_agg(o.id ORDER BY o.id)
    FROM chain
    JOIN ledger_journal row ON row.position = 0 AND row.xid < chain.watermark
    JOIN ledger_operation o ON o.id = row.operation_id
    JOIN content ON content.operation_id = o.id
    GROUP BY 1
$$;


-- Blocks whose operations are not the ones that were sealed, and which of them differ: the leaves are compared by
-- their marks. With an operation too many or too few, the first place where they part is named.
CREATE FUNCTION ledger_block_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT format('block %s: %s', block.number, CASE
        WHEN there.operations IS DISTINCT FROM block.operations THEN format(
            'it sealed %s operations, %s are there%s', block.operations, coalesce(there.operations, 0),
            ', and they part at operation ' || coalesce(differs.id, there.ids[there.operations]))
        WHEN ledger_merkle_root(there.leaves) = block.merkle_root THEN 'its leaf marks were changed'
        WHEN differs.id IS NULL THEN 'its Merkle root is not that of its operations'
        ELSE format('operation %s (%s) is not what was sealed', differs.id,
                    (SELECT o.key FROM ledger_operation o WHERE o.id = differs.id)) END)
    FROM ledger_block block
    LEFT JOIN ledger_sealed_now() there ON there.number = block.number
    LEFT JOIN LATERAL (
        SELECT there.ids[n] AS id FROM generate_series(1, there.operations) AS n
        WHERE substring(there.leaves FROM (32 * n - 31)::integer FOR 4)
              IS DISTINCT FROM substring(block.leaf_marks FROM (4 * n - 3)::integer FOR 4)
        ORDER BY n LIMIT CASE there.operations WHEN block.operations THEN 10 ELSE 1 END
    ) differs ON ledger_leaf_marks(there.leaves) <> block.leaf_marks
    WHERE there.operations IS DISTINCT FROM block.operations OR ledger_merkle_root(there.leaves) <> block.merkle_root
       OR ledger_leaf_marks(there.leaves) <> block.leaf_marks
    ORDER BY block.number, differs.id
$$;


-- Blocks whose transfers do not add up to what they say.
CREATE FUNCTION ledger_block_totals_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    WITH chain AS MATERIALIZED (
        SELECT array_agg(number ORDER BY number) AS numbers, array_agg(first_watermark ORDER BY number) AS starts,
               max(watermark) AS watermark
        FROM ledger_block
    )
    SELECT format('block %s: it says %s transfers and %s, there are %s and %s',
                  block.number, block.transfers, block.totals, coalesce(told.transfers, 0), coalesce(told.totals, '{}'))
    FROM ledger_block block
    LEFT JOIN (
        SELECT moved.number, sum(moved.transfers) AS transfers, jsonb_object_agg(moved.unit, moved.amount) AS totals
        FROM (
            SELECT chain.numbers[width_bucket(transfer.xid, chain.starts)] AS number, transfer.unit,
                   count(*) AS transfers, sum(transfer.amount) AS amount
            FROM chain JOIN ledger_transfer transfer ON transfer.xid < chain.watermark
            GROUP BY 1, 2
        ) moved GROUP BY moved.number
    ) told ON told.number = block.number
    WHERE (told.transfers, told.totals) IS DISTINCT FROM (block.transfers::numeric, block.totals)
    ORDER BY block.number
$$;


-- All of it, and what the blocks rest on: the rows of an operation carry one transaction, and none lies before the
-- first block or in a count that this cluster has not reached.
CREATE FUNCTION ledger_seal_findings() RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT ledger_chain_findings()
    UNION ALL SELECT ledger_block_findings()
    UNION ALL SELECT ledger_block_totals_findings()
    UNION ALL
    SELECT DISTINCT format('operation %s: its rows name two transactions, %s and %s', first.operation_id, first.xid, later.xid)
    FROM ledger_journal later
    JOIN ledger_journal first ON first.operation_id = later.operation_id AND first.position = 0
    WHERE later.position > 0 AND later.xid <> first.xid
    UNION ALL
    SELECT 'the books count further than this cluster: they were restored, and no new epoch was begun (ledger_epoch)'
    WHERE ledger_is_displaced()
$$;
