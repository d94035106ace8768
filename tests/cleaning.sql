-- The test databases' way back to their first state; only the superuser may use this schema.
DROP SCHEMA IF EXISTS pristine CASCADE;
CREATE SCHEMA pristine;

-- Tables of the program: ordinary ones and the roots of partitioned ones.
CREATE VIEW pristine.relation AS
SELECT c.oid::regclass AS name, 'pristine.' || quote_ident(c.relname) AS copy,
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition;

CREATE PROCEDURE pristine.remember() LANGUAGE plpgsql AS $$
DECLARE
    r record;
    has_rows boolean;
BEGIN
    FOR r IN SELECT * FROM pristine.relation LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', r.name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', r.copy, r.columns, r.name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION pristine.restore() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    r record;
    changed boolean;
BEGIN
    FOR r IN SELECT *, to_regclass(copy) IS NOT NULL AS kept FROM pristine.relation LOOP
        IF NOT r.kept THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', r.name) INTO changed;
        ELSE
            -- Rows are compared as text: not every type (json) has an equality.
            EXECUTE format(
                'WITH now AS (SELECT (t.*)::text AS row FROM (SELECT %1$s FROM %2$s) t),
                      first AS (SELECT (t.*)::text AS row FROM (SELECT %1$s FROM %3$s) t)
                 SELECT EXISTS ((TABLE now EXCEPT ALL TABLE first) UNION ALL (TABLE first EXCEPT ALL TABLE now))',
                r.columns, r.name, r.copy) INTO changed;
        END IF;
        CONTINUE WHEN NOT changed;
        EXECUTE format('DELETE FROM %s', r.name);
        IF r.kept THEN
            EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s',
                           r.name, r.columns, r.copy);
        END IF;
        RETURN NEXT r.name::text;
    END LOOP;
END $$;
