-- What must never be false of a cash-out, whoever writes.
CREATE FUNCTION payouts_guard_payout() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'a cash-out begins as requested, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- The same table as payouts/states.py; a test tries every pair against both.
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('requested', 'screening'), ('requested', 'cancelled'),
        ('screening', 'approved'), ('screening', 'rejected'), ('screening', 'cancelled'),
        ('approved', 'sending'), ('approved', 'rejected'), ('approved', 'cancelled'),
        ('sending', 'sent'), ('sending', 'approved'), ('sending', 'failed'),
        ('sent', 'paid'), ('sent', 'failed'),
        ('paid', 'failed'),
        ('failed', 'returned')
    ) THEN
        RAISE EXCEPTION 'cash-out % may not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.creator_id, NEW.account_id, NEW.quote_id, NEW.diamond_units, NEW.currency,
        NEW.amount_minor, NEW.fee_minor, NEW.net_minor, NEW.requested_at)
       IS DISTINCT FROM
       (OLD.creator_id, OLD.account_id, OLD.quote_id, OLD.diamond_units, OLD.currency,
        OLD.amount_minor, OLD.fee_minor, OLD.net_minor, OLD.requested_at) THEN
        RAISE EXCEPTION 'who and how much of cash-out % do not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    -- The creator's own word. The owner's function replaces it when the creator is erased (forget.sql).
    IF NEW.key <> OLD.key
       AND current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'cash-out % keeps its key', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_payout_guard BEFORE INSERT OR UPDATE ON payouts_payout
FOR EACH ROW EXECUTE FUNCTION payouts_guard_payout();

CREATE FUNCTION payouts_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: history only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER payouts_payout_permanent BEFORE DELETE OR TRUNCATE ON payouts_payout
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();

CREATE TRIGGER payouts_payoutattempt_permanent BEFORE DELETE OR TRUNCATE ON payouts_payoutattempt
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();

CREATE TRIGGER payouts_payoutevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payouts_payoutevent
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();

CREATE TRIGGER payouts_cashoutterms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payouts_cashoutterms
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();
