-- Empties what a person said in chats when they are erased; that something was said stays. Of a closed account only.
CREATE FUNCTION live_forget_words(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM accounts_require_closed(person);
    UPDATE live_message SET text = '(erased)', key = 'erased:' || id WHERE author_id = person;
END
$$;
