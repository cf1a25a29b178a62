-- History: the state of every fact table at a time or after a run, all versions in one shape, and what later reports say of
-- earlier years.
SET LOCAL ROLE stadslager_owner;

-- A version is visible when its load was published by then and the load that replaced it was not.  Loads are numbered and
-- published in one order (one run at a time, published_at only grows), so a state is what the loads up to one number say, and
-- each key has at most one version in it, whatever the clock did.  The functions have no search_path of their own: so the
-- planner takes them into the query, prunes years and uses the indices; they name every schema.
DO $$
DECLARE
    tabell text;
BEGIN
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende', 'fact_maluppfyllelse', 'fact_aktivitet',
                                  'fact_tabell', 'fact_ekonomi'] LOOP
        EXECUTE format($f$
            CREATE FUNCTION lager.%1$s_as_of(tid timestamptz) RETURNS SETOF lager.%1$s LANGUAGE sql STABLE
            AS 'SELECT f.* FROM lager.%1$s f
                 WHERE f.load_id <= (SELECT max(l.id) FROM drift.load l WHERE l.published_at <= tid)
                   AND (f.ersatt_load_id IS NULL
                        OR f.ersatt_load_id > (SELECT max(l.id) FROM drift.load l WHERE l.published_at <= tid))'
            $f$, tabell);
        EXECUTE format($f$
            CREATE FUNCTION lager.%1$s_as_of_run(run bigint) RETURNS SETOF lager.%1$s LANGUAGE sql STABLE
            AS 'SELECT f.* FROM lager.%1$s f
                 WHERE f.load_id <= (SELECT max(l.id) FROM drift.load l WHERE l.run_id <= run)
                   AND (f.ersatt_load_id IS NULL
                        OR f.ersatt_load_id > (SELECT max(l.id) FROM drift.load l WHERE l.run_id <= run))'
            $f$, tabell);
        EXECUTE format('COMMENT ON FUNCTION lager.%I_as_of(timestamptz) IS '
                       '''the versions that were current at that time: published at or before it, not replaced by then''', tabell);
        EXECUTE format('COMMENT ON FUNCTION lager.%I_as_of_run(bigint) IS '
                       '''the versions that were current when that run had published its loads''', tabell);
        EXECUTE format('CREATE VIEW lager.%I AS SELECT * FROM lager.%I WHERE ersatt_load_id IS NULL',
                       replace(tabell, 'fact_', '') || '_gallande', tabell);
        EXECUTE format('COMMENT ON VIEW lager.%I IS ''the current versions of %s''', replace(tabell, 'fact_', '') || '_gallande',
                       tabell);
        EXECUTE format('GRANT SELECT ON lager.%I TO stadslager_loader', replace(tabell, 'fact_', '') || '_gallande');
    END LOOP;
END
$$;

CREATE VIEW drift.version AS
SELECT 'U'::"char" AS tabell, ar, stadsdel_id, enhet_id, indikator_id AS objekt_id, period_id, kon AS del, varde, varde_status,
       matt, tryckt, period_tryckt, NULL::lager.arsmal_operator AS operator, NULL::lager.omfattning AS omfattning,
       NULL::lager.uppfyllelse AS uppfyllelse, NULL::text AS avser, obs_status, conf_status, flaggor, rad, byte_offset, load_id,
       ersatt_load_id, ersatt_orsak, NULL::date AS start_dag, NULL::date AS slut_dag, NULL::lager.klar AS klar,
       NULL::lager.storhet AS storhet, NULL::lager.post AS post, NULL::lager.overforing AS overforing
  FROM lager.fact_utfall
UNION ALL
SELECT 'A'::"char", ar, stadsdel_id, enhet_id, indikator_id, period_id,
       CASE niva WHEN 'egen' THEN 'E'::"char" ELSE 'K'::"char" END, varde, NULL, matt, tryckt, period_tryckt, operator, omfattning,
       NULL, NULL, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id, ersatt_orsak, NULL, NULL, NULL,
       NULL, NULL, NULL
  FROM lager.fact_arsmal
UNION ALL
SELECT 'F'::"char", ar, stadsdel_id, enhet_id, indikator_id, period_id, '-'::"char", varde, varde_status, matt, tryckt,
       period_tryckt, NULL, NULL, NULL, avser, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id,
       ersatt_orsak, NULL, NULL, NULL, NULL, NULL, NULL
  FROM lager.fact_foregaende
UNION ALL
SELECT 'M'::"char", ar, stadsdel_id, enhet_id, mal_id, period_id, '-'::"char", NULL, NULL, NULL, tryckt, period_tryckt, NULL, NULL,
       uppfyllelse, NULL, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id, ersatt_orsak, NULL, NULL,
       NULL, NULL, NULL, NULL
  FROM lager.fact_maluppfyllelse
UNION ALL
SELECT 'V'::"char", ar, stadsdel_id, enhet_id, aktivitet_id, period_id, '-'::"char", NULL, NULL, NULL, avvikelse, period_tryckt, NULL,
       NULL, NULL, NULL, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id, ersatt_orsak, start, slut,
       klar, NULL, NULL, NULL
  FROM lager.fact_aktivitet
UNION ALL
SELECT 'T'::"char", ar, stadsdel_id, enhet_id, cell_id, period_id, '-'::"char", varde, varde_status, matt, tryckt, period_tryckt, NULL,
       NULL, NULL, NULL, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id, ersatt_orsak, NULL, NULL,
       NULL, NULL, NULL, NULL
  FROM lager.fact_tabell
UNION ALL
SELECT 'E'::"char", ar, stadsdel_id, enhet_id, cell_id, period_id, '-'::"char", belopp, NULL, matt, tryckt, period_tryckt, NULL,
       NULL, NULL, avser_ar::text, obs_status, conf_status, flaggor, rad, byte_offset, load_id, ersatt_load_id, ersatt_orsak, NULL,
       NULL, NULL, storhet, post, overforing
  FROM lager.fact_ekonomi;
COMMENT ON VIEW drift.version IS 'every version of every fact, in the shape of drift.gallande with the load that replaced it';
GRANT SELECT ON drift.version TO stadslager_loader;

---------------------------------------------------------------- vintages
-- The previous period's key is the same one a year back: period_id = (year * 10 + kind) * 1000 + ordinal.  A column that is
-- headed with another year than the one before is left alone.

CREATE VIEW lager.vintage AS
SELECT s.namn AS stadsdel, e.namn AS enhet, i.namn AS indikator, pu.namn AS period, pf.namn AS senare_rapport,
       u.varde AS egen_rapport_varde, u.varde_status AS egen_rapport_status, u.matt AS egen_rapport_matt,
       f.varde AS senare_varde, f.varde_status AS senare_status, f.matt AS senare_matt, f.varde - u.varde AS skillnad,
       CASE WHEN u.varde <> 0 THEN round((f.varde - u.varde) * 100 / abs(u.varde), 2) END AS skillnad_procent,
       coalesce(f.varde <> u.varde, f.varde_status IS DISTINCT FROM u.varde_status) AS omraknat,
       u.ar, f.ar AS senare_ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id, f.period_id AS senare_period_id,
       lu.source AS egen_kalla, u.rad AS egen_rad, u.load_id AS egen_load_id,
       lf.source AS senare_kalla, f.rad AS senare_rad, f.load_id AS senare_load_id
  FROM lager.fact_foregaende f
  JOIN lager.fact_utfall u
    ON u.ar = f.ar - 1 AND u.stadsdel_id = f.stadsdel_id AND u.enhet_id = f.enhet_id AND u.indikator_id = f.indikator_id
   AND u.period_id = f.period_id - 10000 AND u.kon = 'T' AND u.ersatt_load_id IS NULL
  JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = f.enhet_id
  JOIN lager.dim_indikator i ON i.id = f.indikator_id
  JOIN lager.dim_period pf ON pf.id = f.period_id
  JOIN lager.dim_period pu ON pu.id = u.period_id
  JOIN drift.load lu ON lu.id = u.load_id
  JOIN drift.load lf ON lf.id = f.load_id
 WHERE f.ersatt_load_id IS NULL AND (f.avser IS NULL OR f.avser = '' OR right(f.avser, 4) = (f.ar - 1)::text);
COMMENT ON VIEW lager.vintage IS
    'each outcome beside what the next year''s report prints as its previous value, both as they are now; restatements: WHERE omraknat';
COMMENT ON COLUMN lager.vintage.period IS 'the period both values are about';
COMMENT ON COLUMN lager.vintage.senare_rapport IS 'the period of the report that repeats it';
COMMENT ON COLUMN lager.vintage.egen_rapport_varde IS 'what that period''s own report says';
COMMENT ON COLUMN lager.vintage.senare_varde IS 'what the later report says it was';
COMMENT ON COLUMN lager.vintage.skillnad_procent IS 'of the own report''s value; null where that is 0';
COMMENT ON COLUMN lager.vintage.omraknat IS 'the later report says another number, or a number where there was none, or none';
GRANT SELECT ON lager.vintage TO stadslager_loader;
