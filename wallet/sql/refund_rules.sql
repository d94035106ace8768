-- What must never be false of a refund, whoever writes: only the steps of wallet/refund_states.py, and what it gives
-- back stays once it is decided.
CREATE FUNCTION wallet_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'refunds are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT NEW.state IN ('proposed', 'pending') THEN
            RAISE EXCEPTION 'a refund begins as proposed or pending' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF ROW (NEW.id, NEW.order_id, NEW.origin, NEW.asked_by_id, NEW.request_hash, NEW.currency, NEW.created_at)
       IS DISTINCT FROM
       ROW (OLD.id, OLD.order_id, OLD.origin, OLD.asked_by_id, OLD.request_hash, OLD.currency, OLD.created_at)
       OR OLD.state <> 'proposed'
       AND ROW (NEW.coins, NEW.bonus_coins, NEW.unrecovered_coins, NEW.amount_minor, NEW.withheld_minor)
           IS DISTINCT FROM
           ROW (OLD.coins, OLD.bonus_coins, OLD.unrecovered_coins, OLD.amount_minor, OLD.withheld_minor) THEN
        RAISE EXCEPTION 'what refund % gives back does not change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.provider_id IS NOT NULL AND NEW.provider_id IS DISTINCT FROM OLD.provider_id THEN
        RAISE EXCEPTION 'refund % keeps its name at the provider', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN (
        ('proposed', 'pending'), ('proposed', 'rejected'),
        ('pending', 'succeeded'), ('pending', 'failed'), ('pending', 'canceled'),
        ('succeeded', 'failed')
    ) THEN
        RAISE EXCEPTION 'refund % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_refund_guard BEFORE INSERT OR UPDATE OR DELETE ON wallet_refund
    FOR EACH ROW EXECUTE FUNCTION wallet_refund_guard();
CREATE TRIGGER wallet_refund_no_truncate BEFORE TRUNCATE ON wallet_refund
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only();
