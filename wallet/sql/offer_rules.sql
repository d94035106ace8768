-- What was promised stays: an order's offer, an offer's terms once it is published, a challenge's as well.
CREATE FUNCTION wallet_order_offer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW (NEW.offer_id, NEW.bonus_coins) IS DISTINCT FROM ROW (OLD.offer_id, OLD.bonus_coins) THEN
        RAISE EXCEPTION 'the offer in order % does not change', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_order_offer_guard BEFORE UPDATE ON wallet_order
    FOR EACH ROW EXECUTE FUNCTION wallet_order_offer_guard();

CREATE FUNCTION wallet_offer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept CONSTANT text[] := ARRAY['ends_at', 'mailed_up_to', 'mailed_at', 'uses_taken', 'coins_taken'];
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - kept IS DISTINCT FROM to_jsonb(OLD) - kept THEN
        RAISE EXCEPTION 'a published offer does not change: publish a new version, or end it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_offer_guard BEFORE UPDATE OR DELETE ON wallet_offer
    FOR EACH ROW EXECUTE FUNCTION wallet_offer_guard();

CREATE FUNCTION wallet_challenge_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept CONSTANT text[] := ARRAY['seen_up_to', 'seen_next', 'closed_at'];
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - kept IS DISTINCT FROM to_jsonb(OLD) - kept THEN
        RAISE EXCEPTION 'a published challenge does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_challenge_guard BEFORE UPDATE OR DELETE ON wallet_challenge
    FOR EACH ROW EXECUTE FUNCTION wallet_challenge_guard();

-- A use goes from reserved to one of its ends and stays there; what it gives never changes.
CREATE FUNCTION wallet_offeruse_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'reserved'
       OR ROW (NEW.order_id, NEW.user_id, NEW.offer_id, NEW.coupon_id, NEW.discount_minor, NEW.bonus_coins)
          IS DISTINCT FROM
          ROW (OLD.order_id, OLD.user_id, OLD.offer_id, OLD.coupon_id, OLD.discount_minor, OLD.bonus_coins) THEN
        RAISE EXCEPTION 'the use of an offer by order % is settled', OLD.order_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_offeruse_guard BEFORE UPDATE OR DELETE ON wallet_offeruse
    FOR EACH ROW EXECUTE FUNCTION wallet_offeruse_guard();
