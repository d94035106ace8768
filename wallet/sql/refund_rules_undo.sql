DROP TRIGGER IF EXISTS wallet_refund_no_truncate ON wallet_refund;
DROP TRIGGER IF EXISTS wallet_refund_guard ON wallet_refund;
DROP FUNCTION IF EXISTS wallet_refund_guard();
