-- What the report of period $2 prints as previous values against what the report of period $1, a year before, said, both as they
-- are now: revised; new where that report said nothing of an indicator, though it was loaded for the unit; withdrawn where the later
-- report has the indicator without a previous value; re-flagged where neither has a number and they say so differently.
-- $3 year of $1, $4 only the district of this code, $5 and $6 as in diff_versions.sql.
WITH pair AS (
    SELECT stadsdel_id, enhet_id, indikator_id, u.varde AS o_varde, f.varde AS n_varde, u.varde_status AS old_status,
           f.varde_status AS new_status, u.flaggor AS old_flaggor, f.flaggor AS new_flaggor, u.load_id AS old_load_id,
           f.load_id AS new_load_id, u.matt IS DISTINCT FROM f.matt AS other_unit,
           CASE WHEN u.stadsdel_id IS NULL THEN '' ELSE coalesce(u.tryckt, u.varde || coalesce(' ' || u.matt, ''), u.varde_status::text) END AS old,
           CASE WHEN f.stadsdel_id IS NULL THEN '' ELSE coalesce(f.tryckt, f.varde || coalesce(' ' || f.matt, ''), f.varde_status::text) END AS new,
           CASE WHEN u.varde <> f.varde THEN 'revised'
                WHEN u.varde IS NULL AND f.varde IS NULL AND u.varde_status <> f.varde_status THEN 're-flagged'
                WHEN u.varde IS NULL AND f.varde IS NOT NULL THEN 'new'
                WHEN u.varde IS NOT NULL AND f.varde IS NULL THEN 'withdrawn' END AS kind
      FROM (SELECT * FROM lager.fact_utfall
             WHERE ersatt_load_id IS NULL AND ar = $3::smallint AND period_id = $1::int AND kon = 'T') u
      FULL JOIN (SELECT * FROM lager.fact_foregaende
                  WHERE ersatt_load_id IS NULL AND ar = $3::smallint + 1 AND period_id = $2::int
                    AND (avser IS NULL OR avser = '' OR right(avser, 4) = $3::text)) f
     USING (stadsdel_id, enhet_id, indikator_id)
     WHERE ($4::text IS NULL OR stadsdel_id = (SELECT id FROM lager.dim_stadsdel WHERE kod = $4))
), named AS (
    SELECT d.kind, 'fact_foregaende' AS table, s.namn AS stadsdel, e.namn AS enhet, i.namn AS object, p.namn AS period, 'T' AS part,
           d.old, d.new, d.n_varde - d.o_varde AS difference,
           CASE WHEN d.o_varde <> 0 THEN round((d.n_varde - d.o_varde) * 100 / abs(d.o_varde), 2) END AS percent,
           d.old_status, d.new_status, d.old_flaggor, d.new_flaggor, lo.run_id AS old_run, ln.run_id AS new_run,
           coalesce(ln.source, lo.source) AS source, d.indikator_id
      FROM pair d
      JOIN lager.dim_stadsdel s ON s.id = d.stadsdel_id
      JOIN lager.dim_enhet e ON e.id = d.enhet_id
      JOIN lager.dim_indikator i ON i.id = d.indikator_id
      JOIN lager.dim_period p ON p.id = $1::int
      LEFT JOIN drift.load lo ON lo.id = d.old_load_id
      LEFT JOIN drift.load ln ON ln.id = d.new_load_id
     WHERE d.kind IS NOT NULL
       AND (d.old_load_id IS NOT NULL
            OR EXISTS (SELECT FROM lager.fact_utfall x
                        WHERE x.ersatt_load_id IS NULL AND x.ar = $3::smallint AND x.period_id = $1::int AND x.stadsdel_id = d.stadsdel_id
                          AND x.enhet_id = d.enhet_id))
       AND (d.new_load_id IS NOT NULL
            OR EXISTS (SELECT FROM lager.fact_utfall x
                        WHERE x.ersatt_load_id IS NULL AND x.ar = $3::smallint + 1 AND x.period_id = $2::int AND x.stadsdel_id = d.stadsdel_id
                          AND x.enhet_id = d.enhet_id AND x.indikator_id = d.indikator_id))
       AND ($5::numeric IS NULL OR d.kind <> 'revised' OR d.other_unit
            OR CASE WHEN $6::boolean THEN abs(d.n_varde - d.o_varde) * 100 >= $5::numeric * abs(d.o_varde)
                    ELSE abs(d.n_varde - d.o_varde) >= $5::numeric END)
)
SELECT kind, "table", stadsdel, enhet, object, period, part, old, new, difference, percent, old_status, new_status, old_flaggor,
       new_flaggor, old_run, new_run, source
  FROM named
 ORDER BY stadsdel COLLATE "C", enhet COLLATE "C", object COLLATE "C", indikator_id
