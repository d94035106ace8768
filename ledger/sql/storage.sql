-- Balance rows are updated in place (HOT): room on each page, and cleaning by a fixed number of dead rows, because
-- a fraction of a large table would come too late for its few hot rows.
ALTER TABLE ledger_account SET (
    fillfactor = 50, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
    autovacuum_analyze_threshold = 5000
);
ALTER TABLE ledger_total SET (fillfactor = 50);
