-- Price books never change, but that one can be withdrawn once; and what an order sold stays, but for a tax that only
-- the provider knows: it comes with the payment, once.
CREATE FUNCTION wallet_pricebook_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a price book stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL
       OR ROW (NEW.id, NEW.storefront_id, NEW.number, NEW.starts_at, NEW.base_price_micro, NEW.reason, NEW.made_at,
               NEW.made_by_id)
          IS DISTINCT FROM
          ROW (OLD.id, OLD.storefront_id, OLD.number, OLD.starts_at, OLD.base_price_micro, OLD.reason, OLD.made_at,
               OLD.made_by_id) THEN
        RAISE EXCEPTION 'a price book does not change: announce a new version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_pricebook_guard BEFORE UPDATE OR DELETE ON wallet_pricebook
    FOR EACH ROW EXECUTE FUNCTION wallet_pricebook_guard();
CREATE TRIGGER wallet_package_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_package
    FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only();

CREATE FUNCTION wallet_order_price_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW (NEW.price_book_id, NEW.price_minor, NEW.tax_mode, NEW.tax_name, NEW.tax_basis_points,
            NEW.is_tax_automatic, NEW.buyer_country)
       IS DISTINCT FROM
       ROW (OLD.price_book_id, OLD.price_minor, OLD.tax_mode, OLD.tax_name, OLD.tax_basis_points,
            OLD.is_tax_automatic, OLD.buyer_country) THEN
        RAISE EXCEPTION 'order % keeps the prices it was sold at', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF ROW (NEW.gross_minor, NEW.tax_minor, NEW.net_minor, NEW.settlement_gross_minor, NEW.settlement_tax_minor)
       IS DISTINCT FROM
       ROW (OLD.gross_minor, OLD.tax_minor, OLD.net_minor, OLD.settlement_gross_minor, OLD.settlement_tax_minor)
       AND NOT (OLD.is_tax_automatic AND NEW.state = 'paid'
                AND OLD.state IN ('created', 'awaiting_payment', 'declined')) THEN
        RAISE EXCEPTION 'what order % costs does not change', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wallet_order_price_guard BEFORE UPDATE ON wallet_order
    FOR EACH ROW EXECUTE FUNCTION wallet_order_price_guard();
