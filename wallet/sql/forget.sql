-- Replaces what a buyer named their orders by when they are erased. Of somebody who has closed their account only.
CREATE FUNCTION wallet_forget_keys(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = person AND deactivated_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % has not closed their account', person USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE wallet_order SET client_key = 'erased:' || id, checkout_url = '' WHERE user_id = person;
END
$$;
