-- What was sent, and what it cost, stays as it was written: for the owner of the tables too.
CREATE FUNCTION gifts_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: sent gifts and prices only grow', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER gifts_sentgift_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gifts_sentgift
FOR EACH STATEMENT EXECUTE FUNCTION gifts_refuse_change();

CREATE TRIGGER gifts_giftprice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gifts_giftprice
FOR EACH STATEMENT EXECUTE FUNCTION gifts_refuse_change();
