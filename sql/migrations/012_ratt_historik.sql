-- Loaders and auditors call the functions of history and audit again, which 011 took from everybody; and what the state at a time is
-- stands in one place.
SET LOCAL ROLE stadslager_owner;

CREATE FUNCTION drift.sista_load(tid timestamptz) RETURNS bigint LANGUAGE sql STABLE
    AS 'SELECT coalesce(max(l.id), 0) FROM drift.load l WHERE l.published_at <= tid';
COMMENT ON FUNCTION drift.sista_load IS
    'the last load of the state at that time, 0 = none: the state is what all loads up to it published (audit, diff, lager.fact_…_as_of)';

DO $$
DECLARE
    tabell text;
BEGIN
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende', 'fact_maluppfyllelse', 'fact_aktivitet',
                                  'fact_tabell', 'fact_ekonomi'] LOOP
        -- as in 008: the sub-selects run once, and the planner takes the rest into the query
        EXECUTE format($f$
            CREATE OR REPLACE FUNCTION lager.%1$s_as_of(tid timestamptz) RETURNS SETOF lager.%1$s LANGUAGE sql STABLE
            AS 'SELECT f.* FROM lager.%1$s f
                 WHERE f.load_id <= (SELECT drift.sista_load(tid))
                   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > (SELECT drift.sista_load(tid)))'
            $f$, tabell);
        EXECUTE format('GRANT EXECUTE ON FUNCTION lager.%1$s_as_of, lager.%1$s_as_of_run TO stadslager_loader, stadslager_auditor',
                       tabell);
    END LOOP;
END
$$;

-- They read with the rights of who calls them.  The trigger's function is nobody's to call.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA drift TO stadslager_loader, stadslager_auditor;
REVOKE EXECUTE ON FUNCTION drift.quarantine_changed FROM stadslager_loader, stadslager_auditor;
