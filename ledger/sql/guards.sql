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
