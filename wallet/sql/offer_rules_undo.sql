DROP TRIGGER IF EXISTS wallet_offeruse_guard ON wallet_offeruse;
DROP TRIGGER IF EXISTS wallet_challenge_guard ON wallet_challenge;
DROP TRIGGER IF EXISTS wallet_offer_guard ON wallet_offer;
DROP TRIGGER IF EXISTS wallet_order_offer_guard ON wallet_order;
DROP FUNCTION IF EXISTS wallet_offeruse_guard();
DROP FUNCTION IF EXISTS wallet_challenge_guard();
DROP FUNCTION IF EXISTS wallet_offer_guard();
DROP FUNCTION IF EXISTS wallet_order_offer_guard();
