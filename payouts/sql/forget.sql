-- History only grows, but for the words in it: they are forgotten when the creator is erased.
DROP TRIGGER payouts_payoutevent_append_only ON payouts_payoutevent;

-- An UPDATE passes if the tables' owner empties exactly that column; the runtime role, whatever it writes, is refused.
CREATE FUNCTION payouts_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    forgotten payouts_payoutevent := OLD;
BEGIN
    forgotten.reason := '';
    IF NEW IS NOT DISTINCT FROM forgotten
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused: history only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER payouts_payoutevent_unwritten BEFORE UPDATE ON payouts_payoutevent
FOR EACH ROW EXECUTE FUNCTION payouts_refuse_rewriting();

CREATE TRIGGER payouts_payoutevent_append_only BEFORE DELETE OR TRUNCATE ON payouts_payoutevent
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();

-- Forgets what was said about a creator's cash-outs, and what they named them by. Of a closed account only.
CREATE FUNCTION payouts_forget_words(person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM accounts_require_closed(person);
    UPDATE payouts_payout
    SET key = 'erased:' || id, reason = CASE reason WHEN '' THEN '' ELSE 'Erased with the creator.' END
    WHERE creator_id = person;
    UPDATE payouts_payoutevent event SET reason = ''
    FROM payouts_payout payout
    WHERE payout.id = event.payout_id AND payout.creator_id = person AND event.reason <> '';
END
$$;
