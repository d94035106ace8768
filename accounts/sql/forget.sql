-- Acceptances stay as evidence: who, which version, when. Only where from is forgotten when a person is erased.
DROP TRIGGER accounts_acceptance_append_only ON accounts_acceptance;

-- An UPDATE passes if the tables' owner empties exactly these columns; the runtime role, whatever it writes, is refused.
CREATE FUNCTION accounts_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    forgotten CONSTANT text[] := array['ip', 'user_agent'];  -- the second where an acceptance has one
BEGIN
    IF to_jsonb(NEW) - forgotten = to_jsonb(OLD) - forgotten
       AND NEW.ip IS NULL AND coalesce(to_jsonb(NEW) ->> 'user_agent', '') = ''
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER accounts_acceptance_unwritten BEFORE UPDATE ON accounts_acceptance
FOR EACH ROW EXECUTE FUNCTION accounts_refuse_rewriting();

CREATE TRIGGER accounts_acceptance_append_only BEFORE DELETE OR TRUNCATE ON accounts_acceptance
FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

-- Forgets from where a person accepted. Of somebody who has closed their account only.
CREATE FUNCTION accounts_forget_where_accepted(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = person AND deactivated_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % has not closed their account', person USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format(
        'UPDATE accounts_acceptance SET ip = NULL %s WHERE user_id = $1',
        (SELECT ', user_agent = $2' FROM pg_attribute
         WHERE attrelid = 'accounts_acceptance'::regclass AND attname = 'user_agent')
    ) USING person, '';
END
$$;
