-- Replaces what a buyer named their orders by when they are erased. Of somebody who has closed their account only.
CREATE FUNCTION wallet_forget_keys(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM accounts_require_closed(person);
    UPDATE wallet_order SET client_key = 'erased:' || id, checkout_url = '', return_to = '' WHERE user_id = person;
    UPDATE wallet_refund SET key = 'erased:' || id, reason = ''
    WHERE order_id IN (SELECT id FROM wallet_order WHERE user_id = person);
END
$$;
