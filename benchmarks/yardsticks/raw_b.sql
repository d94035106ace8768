\set fan random(1, :fans)
BEGIN;
UPDATE account SET balance = balance - 10 WHERE id = :fan AND balance >= 10;
INSERT INTO gift (fan, creator, coins) VALUES (:fan, 0, 10);
UPDATE account SET balance = balance + 10 WHERE id = 0;
COMMIT;
