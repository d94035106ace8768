-- The two database roles of Ovation, and what each may do by default. Run by a superuser inside the database `ovation`.
-- `ovation_owner` owns the schema and migrates; `ovation_app` is what every running process connects as. The ledger's
-- and the journal's own migrations take rights away from `ovation_app` again, down to SELECT and EXECUTE.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO ovation_owner, ovation_app;
ALTER SCHEMA public OWNER TO ovation_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ovation_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ovation_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ovation_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ovation_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO ovation_app;
-- A function that runs with its owner's rights must be granted by name, never to everybody by default.
ALTER DEFAULT PRIVILEGES FOR ROLE ovation_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- Words that are nearly right are found by their three-letter pieces. An owner without CREATE on the database cannot add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
