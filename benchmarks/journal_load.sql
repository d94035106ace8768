-- Millions of settled gifts, written table by table instead of one by one, so that they take minutes.
--
-- Gift n comes from fan n mod F under a key of its own and goes to creator n mod C. Every row is what gifts_send would
-- have written: ids and keys run on, hashes are over the content, each fan's stored balances follow one another, and
-- the accounts end at the sums. ledger_check holds it to that. The events are left out.
--
-- Run it as the superuser with session_replication_role = replica. journal_size.py fills in the names in braces.
CREATE TEMP TABLE loaded_fan AS
SELECT row_number() OVER (ORDER BY person.id) - 1 AS i, person.id AS person_id, account.holder, account.id AS account_id,
       account.credits - account.debits AS opening
FROM accounts_user person
JOIN ledger_account account ON account.holder = person.ledger_id AND account.code = 'coins'
WHERE person.id = ANY ({fans});

CREATE TEMP TABLE loaded_creator AS
SELECT row_number() OVER (ORDER BY room.id) - 1 AS i, room.id AS room_id, person.id AS person_id, person.ledger_id AS holder,
       'diamonds.pending/' || to_char({sent_at}::date + 7, 'YYYY-MM-DD') AS code
FROM live_room room JOIN accounts_user person ON person.id = room.creator_id
WHERE room.id = ANY ({rooms}::uuid[]);

SELECT ledger_open(array_agg(holder), array_agg(code), array_agg('DIAMOND'::text)) FROM loaded_creator;
SELECT ledger_open(array[0, 0], array['coins.redeemed', 'diamonds.issued'], array['COIN', 'DIAMOND']);

CREATE TEMP TABLE loaded_gift AS
SELECT operation.first + n AS id, fan.holder, fan.account_id AS fan_account, fan.person_id AS sender_id,
       fan.opening - {coins} * (1 + n / {fan_count}) AS balance,
       creator.room_id, creator.person_id AS creator_id, credited.id AS creator_account,
       'gift:' || md5(operation.first || '/' || n) AS key, sha256(int8send(n)) AS request_hash
FROM generate_series(0::bigint, {gifts} - 1) AS n
CROSS JOIN (SELECT nextval('ledger_operation_id_seq') AS first) operation
JOIN loaded_fan fan ON fan.i = n % {fan_count}
JOIN loaded_creator creator ON creator.i = n % {creator_count}
JOIN ledger_account credited ON credited.holder = creator.holder AND credited.code = creator.code;

INSERT INTO ledger_operation (id, holder, key, kind, request_hash, payer_id, spends, balance, at, content_hash)
SELECT gift.id, gift.holder, gift.key, 'gift', gift.request_hash, gift.fan_account, true, gift.balance, {sent_at},
       ledger_content_hash(gift.id, gift.holder, gift.key, 'gift', gift.request_hash, gift.fan_account, true,
                           gift.balance, {sent_at}, NULL, NULL,
                           ledger_transfer_text('COIN', gift.fan_account, redeemed.id, {coins})
                           || ledger_transfer_text('DIAMOND', issued.id, gift.creator_account, {units}))
FROM loaded_gift gift
CROSS JOIN (SELECT id FROM ledger_account WHERE holder = 0 AND code = 'coins.redeemed') redeemed
CROSS JOIN (SELECT id FROM ledger_account WHERE holder = 0 AND code = 'diamonds.issued') issued;

INSERT INTO ledger_journal
    (operation_id, position, unit, debit_id, credit_id, amount, unit_2, debit_2_id, credit_2_id, amount_2)
SELECT gift.id, 0, 'COIN', gift.fan_account, redeemed.id, {coins}, 'DIAMOND', issued.id, gift.creator_account, {units}
FROM loaded_gift gift
CROSS JOIN (SELECT id FROM ledger_account WHERE holder = 0 AND code = 'coins.redeemed') redeemed
CROSS JOIN (SELECT id FROM ledger_account WHERE holder = 0 AND code = 'diamonds.issued') issued;

INSERT INTO gifts_sentgift
    (id, room_id, sender_id, creator_id, gift_id, quantity, coins, diamond_units, rate_version_id, matures_on, at)
SELECT gift.id, gift.room_id, gift.sender_id, gift.creator_id, catalogue.id, 1, {coins}, {units}, rate.id,
       {sent_at}::date + 7, {sent_at}
FROM loaded_gift gift
CROSS JOIN (SELECT id FROM gifts_gift WHERE slug = {gift}) catalogue
CROSS JOIN (SELECT id FROM wallet_rateversion ORDER BY starts_at DESC LIMIT 1) rate;

UPDATE ledger_account account
SET debits = account.debits + sums.coins, spent = account.spent + sums.coins
FROM (SELECT fan_account, count(*) * {coins} AS coins FROM loaded_gift GROUP BY fan_account) sums
WHERE account.id = sums.fan_account;

UPDATE ledger_account account SET credits = account.credits + sums.units
FROM (SELECT creator_account, count(*) * {units} AS units FROM loaded_gift GROUP BY creator_account) sums
WHERE account.id = sums.creator_account;

SELECT setval('ledger_operation_id_seq', (SELECT max(id) FROM ledger_operation));
DROP TABLE loaded_gift, loaded_fan, loaded_creator;
