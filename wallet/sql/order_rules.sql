-- What must never be false of an order, whoever writes: only the steps of wallet/states.py, and what was sold stays.
CREATE FUNCTION wallet_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'orders are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'created' THEN
            RAISE EXCEPTION 'an order begins as created' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- What it cost and its tax: price_rules.sql.
    IF ROW (NEW.id, NEW.user_id, NEW.storefront_id, NEW.package_id, NEW.coins, NEW.currency, NEW.settlement_currency,
            NEW.settlement_rate_micro, NEW.coin_value_micro, NEW.withdrawal_days, NEW.request_hash,
            NEW.created_at)
       IS DISTINCT FROM
       ROW (OLD.id, OLD.user_id, OLD.storefront_id, OLD.package_id, OLD.coins, OLD.currency, OLD.settlement_currency,
            OLD.settlement_rate_micro, OLD.coin_value_micro, OLD.withdrawal_days, OLD.request_hash,
            OLD.created_at) THEN
        RAISE EXCEPTION 'what order % sold does not change', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- The buyer's own word. The owner's function replaces it when the buyer is erased (forget.sql).
    IF NEW.client_key <> OLD.client_key
       AND current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'order % keeps its key', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.session_id IS NOT NULL AND NEW.session_id IS DISTINCT FROM OLD.session_id THEN
        RAISE EXCEPTION 'order % keeps its Checkout Session', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN (
        ('created', 'awaiting_payment'), ('created', 'paid'), ('created', 'declined'), ('created', 'expired'),
        ('created', 'cancelled'),
        ('awaiting_payment', 'declined'), ('awaiting_payment', 'paid'), ('awaiting_payment', 'expired'),
        ('awaiting_payment', 'cancelled'),
        ('declined', 'awaiting_payment'), ('declined', 'paid'), ('declined', 'expired'), ('declined', 'cancelled'),
        ('paid', 'credited'),
        ('credited', 'refunded'), ('credited', 'disputed'),
        ('refunded', 'credited'), ('refunded', 'disputed'),
        ('disputed', 'credited'), ('disputed', 'refunded')
    ) THEN
        RAISE EXCEPTION 'order % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_order_guard BEFORE INSERT OR UPDATE OR DELETE ON wallet_order
    FOR EACH ROW EXECUTE FUNCTION wallet_order_guard();

CREATE FUNCTION wallet_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER wallet_orderevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_orderevent
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only();
CREATE TRIGGER wallet_rateversion_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_rateversion
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only();
CREATE TRIGGER wallet_order_no_truncate BEFORE TRUNCATE ON wallet_order
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only();

CREATE FUNCTION wallet_package_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW (NEW.id, NEW.storefront_id, NEW.code, NEW.coins, NEW.price_minor, NEW.starts_at)
       IS DISTINCT FROM ROW (OLD.id, OLD.storefront_id, OLD.code, OLD.coins, OLD.price_minor, OLD.starts_at) THEN
        RAISE EXCEPTION 'a package version does not change: end it and begin a new one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_package_guard BEFORE UPDATE ON wallet_package
    FOR EACH ROW EXECUTE FUNCTION wallet_package_guard();

CREATE FUNCTION wallet_economy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the economy stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.settlement_currency <> OLD.settlement_currency OR NEW.coin_value_micro <> OLD.coin_value_micro THEN
        RAISE EXCEPTION 'the settlement currency and a coin''s base value never change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.diamond_value_micro < OLD.diamond_value_micro THEN
        RAISE EXCEPTION 'a diamond''s value may only rise' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_economy_guard BEFORE UPDATE OR DELETE ON wallet_economy
    FOR EACH ROW EXECUTE FUNCTION wallet_economy_guard();
