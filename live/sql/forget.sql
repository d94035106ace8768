-- Empties what a person said in chats when they are erased; that something was said stays. Of a closed account only.
CREATE FUNCTION live_forget_words(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = person AND deactivated_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % has not closed their account', person USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE live_message SET text = '(erased)', key = 'erased:' || id WHERE author_id = person;
END
$$;
