\set fan random(1, :fans)
WITH debited AS (UPDATE account SET balance = balance - 10 WHERE id = :fan AND balance >= 10 RETURNING id)
INSERT INTO gift (fan, creator, coins) SELECT id, 0, 10 FROM debited;
