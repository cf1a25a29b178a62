-- The difference a publication would make: what, table, district, unit, object (indicator, goal, activity, cell), period, sex
-- or level, old, new.
WITH side AS (
    SELECT d.what, d.tabell, d.ar, d.stadsdel_id, d.enhet_id, d.objekt_id, d.period_id, d.del,
           CASE WHEN g.load_id IS NULL THEN ''
                WHEN g.tabell = 'V' THEN concat_ws(' ', g.start_dag, g.slut_dag, g.tryckt, g.klar)
                ELSE coalesce(g.tryckt, g.varde || coalesce(' ' || g.matt, ''), g.uppfyllelse::text, g.varde_status::text, '') END AS old,
           CASE WHEN s.seq IS NULL THEN ''
                WHEN s.tabell = 'V' THEN concat_ws(' ', s.start_dag, s.slut_dag, s.tryckt, s.klar)
                ELSE coalesce(s.tryckt, s.varde || coalesce(' ' || s.matt, ''), s.uppfyllelse::text, s.varde_status::text, '') END AS new
      FROM drift.stage_diff d
      LEFT JOIN drift.stage_fact s ON s.seq = d.seq
      LEFT JOIN drift.gallande g ON g.load_id = d.old_load_id AND g.tabell = d.tabell AND g.ar = d.ar AND g.stadsdel_id = d.stadsdel_id
            AND g.enhet_id = d.enhet_id AND g.objekt_id = d.objekt_id AND g.period_id = d.period_id AND g.del = d.del
     WHERE d.what IN ('n', 'r', 'w')
)
SELECT CASE d.what WHEN 'n' THEN 'new' WHEN 'r' THEN 'revised' ELSE 'withdrawn' END,
       CASE d.tabell WHEN 'U' THEN 'fact_utfall' WHEN 'A' THEN 'fact_arsmal' WHEN 'F' THEN 'fact_foregaende'
                     WHEN 'M' THEN 'fact_maluppfyllelse' WHEN 'V' THEN 'fact_aktivitet' WHEN 'T' THEN 'fact_tabell'
                     ELSE 'fact_ekonomi' END,
       sd.namn, e.namn,
       translate(CASE d.tabell WHEN 'M' THEN ltrim(m.nummer || ' ' || m.text)
                               WHEN 'V' THEN a.namn || CASE WHEN a.nr > 1 THEN ' (' || a.nr || ')' ELSE '' END
                               WHEN 'T' THEN cell.namn WHEN 'E' THEN cell.namn ELSE i.namn END,
                 chr(9) || chr(10) || chr(13), '   '),
       p.namn, CASE d.del WHEN 'E' THEN 'egen' WHEN '-' THEN '' ELSE CASE d.tabell WHEN 'A' THEN 'KF' ELSE d.del::text END END,
       translate(d.old, chr(9) || chr(10) || chr(13), '   '), translate(d.new, chr(9) || chr(10) || chr(13), '   ')
  FROM side d
  JOIN lager.dim_stadsdel sd ON sd.id = d.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = d.enhet_id
  JOIN lager.dim_period p ON p.id = d.period_id
  LEFT JOIN lager.dim_indikator i ON d.tabell IN ('U', 'A', 'F') AND i.id = d.objekt_id
  LEFT JOIN lager.dim_mal m ON d.tabell = 'M' AND m.id = d.objekt_id
  LEFT JOIN lager.dim_aktivitet a ON d.tabell = 'V' AND a.id = d.objekt_id
  LEFT JOIN (SELECT id, concat_ws(' | ', titel || CASE WHEN tabell_nr > 1 THEN ' (' || tabell_nr || ')' ELSE '' END,
                                  radetikett || CASE WHEN rad_nr > 1 THEN ' (' || rad_nr || ')' ELSE '' END,
                                  CASE WHEN kolumn_nr > 0 THEN 'kolumn ' || kolumn_nr ELSE kolumnetikett END) AS namn
               FROM lager.dim_tabellcell) cell ON d.tabell IN ('T', 'E') AND cell.id = d.objekt_id
 ORDER BY sd.namn COLLATE "C", e.namn COLLATE "C", p.id, d.tabell, d.objekt_id, d.del
