DROP TRIGGER IF EXISTS wallet_order_price_guard ON wallet_order;
DROP TRIGGER IF EXISTS wallet_package_append_only ON wallet_package;
DROP TRIGGER IF EXISTS wallet_pricebook_guard ON wallet_pricebook;
DROP FUNCTION IF EXISTS wallet_order_price_guard();
DROP FUNCTION IF EXISTS wallet_pricebook_guard();
