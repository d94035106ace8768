-- What was written stays written, for the owner of the tables too.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the books only grow, a mistake is corrected by a new operation',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_operation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_operation
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journal
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_fold_run_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_fold_run
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Accounts change, by the functions alone; they never go away.
CREATE TRIGGER ledger_account_permanent BEFORE DELETE OR TRUNCATE ON ledger_account
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();


-- A name is checked when it is given: a CHECK would match it again whenever a balance moves.
CREATE FUNCTION ledger_refuse_name() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '"%" of "%" is no name of an account', NEW.code, NEW.unit
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_name_form';
END
$$;

CREATE TRIGGER ledger_account_name_form BEFORE INSERT OR UPDATE OF code, unit ON ledger_account
FOR EACH ROW WHEN (NEW.code !~ '^[a-z]+(\.[a-z]+)*(/[A-Za-z0-9-]+)?$' OR NEW.unit !~ '^(COIN|DIAMOND|[A-Z]{3})$')
EXECUTE FUNCTION ledger_refuse_name();
