-- Acceptances stay as evidence: who, which version, when. Only where from is forgotten when a person is erased.
DROP TRIGGER accounts_acceptance_append_only ON accounts_acceptance;

-- An UPDATE passes if the tables' owner empties exactly these columns; the runtime role, whatever it writes, is refused.
CREATE FUNCTION accounts_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    forgotten accounts_acceptance := OLD;
BEGIN
    forgotten.ip := NULL; forgotten.user_agent := '';
    IF NEW IS NOT DISTINCT FROM forgotten
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

-- Refuses to go on for a person who has not closed their account: what forgets asks it first, here and in other apps.
CREATE FUNCTION accounts_require_closed(person bigint) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = person AND deactivated_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % has not closed their account', person USING ERRCODE = 'restrict_violation';
    END IF;
END
$$;

-- Forgets from where a person accepted. Of somebody who has closed their account only.
CREATE FUNCTION accounts_forget_where_accepted(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM accounts_require_closed(person);
    UPDATE accounts_acceptance SET ip = NULL, user_agent = '' WHERE user_id = person;
END
$$;
