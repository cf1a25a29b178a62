-- What differs between the state after load $1 and the state after load $2: new, revised, withdrawn, re-flagged (the value is the
-- same, its status or flags are not).  $3 only this year, $4 only the district of this code, $5 only revised numbers that differ by
-- at least so much, in % when $6 is true (each null = all); what has no number, or changed its unit, is always shown.
WITH moved AS MATERIALIZED (
    SELECT v.*, v.load_id <= $1::bigint AND (v.ersatt_load_id IS NULL OR v.ersatt_load_id > $1::bigint) AS before,
           v.load_id <= $2::bigint AND (v.ersatt_load_id IS NULL OR v.ersatt_load_id > $2::bigint) AS after
      FROM drift.version v
     WHERE (v.load_id > least($1::bigint, $2::bigint) AND v.load_id <= greatest($1::bigint, $2::bigint)
            OR v.ersatt_load_id > least($1::bigint, $2::bigint) AND v.ersatt_load_id <= greatest($1::bigint, $2::bigint))
       AND ($3::smallint IS NULL OR v.ar = $3::smallint)
       AND ($4::text IS NULL OR v.stadsdel_id = (SELECT id FROM lager.dim_stadsdel WHERE kod = $4))
), pair AS (
    SELECT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, o.varde AS o_varde, n.varde AS n_varde,
           CASE WHEN o.tabell IS NULL THEN ''
                WHEN tabell = 'V' THEN concat_ws(' ', o.start_dag, o.slut_dag, o.tryckt, o.klar)
                ELSE coalesce(o.tryckt, o.varde || coalesce(' ' || o.matt, ''), o.uppfyllelse::text, o.varde_status::text, '') END AS old,
           CASE WHEN n.tabell IS NULL THEN ''
                WHEN tabell = 'V' THEN concat_ws(' ', n.start_dag, n.slut_dag, n.tryckt, n.klar)
                ELSE coalesce(n.tryckt, n.varde || coalesce(' ' || n.matt, ''), n.uppfyllelse::text, n.varde_status::text, '') END AS new,
           o.matt IS DISTINCT FROM n.matt AS other_unit, o.varde_status AS old_status, n.varde_status AS new_status,
           o.flaggor AS old_flaggor, n.flaggor AS new_flaggor, o.load_id AS old_load_id, coalesce(n.load_id, o.ersatt_load_id) AS new_load_id,
           CASE WHEN o.tabell IS NULL THEN 'new' WHEN n.tabell IS NULL THEN 'withdrawn'
                WHEN (o.varde, scale(o.varde), o.matt, o.operator, o.omfattning, o.uppfyllelse, o.avser, o.start_dag, o.slut_dag, o.klar,
                      o.storhet, o.post, o.overforing)
                     IS DISTINCT FROM
                     (n.varde, scale(n.varde), n.matt, n.operator, n.omfattning, n.uppfyllelse, n.avser, n.start_dag, n.slut_dag, n.klar,
                      n.storhet, n.post, n.overforing) THEN 'revised'
                -- where there is no number the words are the value, unless they only say why there is none
                WHEN n.varde IS NULL AND tabell <> 'M' AND coalesce(n.varde_status, 'text') = 'text'
                     AND coalesce(o.varde_status, 'text') = 'text' AND o.tryckt IS DISTINCT FROM n.tryckt THEN 'revised'
                WHEN (o.varde_status, o.tryckt, o.period_tryckt, o.obs_status, o.conf_status, o.flaggor)
                     IS DISTINCT FROM (n.varde_status, n.tryckt, n.period_tryckt, n.obs_status, n.conf_status, n.flaggor)
                THEN 're-flagged' END AS kind
      FROM (SELECT * FROM moved WHERE before) o
      FULL JOIN (SELECT * FROM moved WHERE after) n USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
), named AS (
    SELECT d.kind,
           CASE d.tabell WHEN 'U' THEN 'fact_utfall' WHEN 'A' THEN 'fact_arsmal' WHEN 'F' THEN 'fact_foregaende'
                         WHEN 'M' THEN 'fact_maluppfyllelse' WHEN 'V' THEN 'fact_aktivitet' WHEN 'T' THEN 'fact_tabell'
                         ELSE 'fact_ekonomi' END AS table,
           s.namn AS stadsdel, e.namn AS enhet,
           CASE d.tabell WHEN 'M' THEN ltrim(m.nummer || ' ' || m.text)
                         WHEN 'V' THEN a.namn || CASE WHEN a.nr > 1 THEN ' (' || a.nr || ')' ELSE '' END
                         WHEN 'T' THEN cell.namn WHEN 'E' THEN cell.namn ELSE i.namn END AS object,
           p.namn AS period,
           CASE d.del WHEN 'E' THEN 'egen' WHEN '-' THEN '' ELSE CASE d.tabell WHEN 'A' THEN 'KF' ELSE d.del::text END END AS part,
           d.old, d.new, d.n_varde - d.o_varde AS difference,
           CASE WHEN d.o_varde <> 0 THEN round((d.n_varde - d.o_varde) * 100 / abs(d.o_varde), 2) END AS percent,
           d.old_status, d.new_status, d.old_flaggor, d.new_flaggor, lo.run_id AS old_run, ln.run_id AS new_run,
           coalesce(ln.source, lo.source) AS source, d.period_id, d.tabell, d.objekt_id
      FROM pair d
      JOIN lager.dim_stadsdel s ON s.id = d.stadsdel_id
      JOIN lager.dim_enhet e ON e.id = d.enhet_id
      JOIN lager.dim_period p ON p.id = d.period_id
      LEFT JOIN drift.load lo ON lo.id = d.old_load_id
      LEFT JOIN drift.load ln ON ln.id = d.new_load_id
      LEFT JOIN lager.dim_indikator i ON d.tabell IN ('U', 'A', 'F') AND i.id = d.objekt_id
      LEFT JOIN lager.dim_mal m ON d.tabell = 'M' AND m.id = d.objekt_id
      LEFT JOIN lager.dim_aktivitet a ON d.tabell = 'V' AND a.id = d.objekt_id
      LEFT JOIN (SELECT id, concat_ws(' | ', titel || CASE WHEN tabell_nr > 1 THEN ' (' || tabell_nr || ')' ELSE '' END,
                                      radetikett || CASE WHEN rad_nr > 1 THEN ' (' || rad_nr || ')' ELSE '' END,
                                      CASE WHEN kolumn_nr > 0 THEN 'kolumn ' || kolumn_nr ELSE kolumnetikett END) AS namn
                   FROM lager.dim_tabellcell) cell ON d.tabell IN ('T', 'E') AND cell.id = d.objekt_id
     WHERE d.kind IS NOT NULL
       AND ($5::numeric IS NULL OR d.kind <> 'revised' OR d.n_varde IS NULL OR d.o_varde IS NULL OR d.other_unit
            OR CASE WHEN $6::boolean THEN abs(d.n_varde - d.o_varde) * 100 >= $5::numeric * abs(d.o_varde)
                    ELSE abs(d.n_varde - d.o_varde) >= $5::numeric END)
)
SELECT kind, "table", stadsdel, enhet, object, period, part, old, new, difference, percent, old_status, new_status, old_flaggor,
       new_flaggor, old_run, new_run, source
  FROM named
 ORDER BY stadsdel COLLATE "C", enhet COLLATE "C", period_id, tabell, object COLLATE "C", objekt_id, part COLLATE "C"
