-- The difference a publication would make: what, table, district, unit, indicator or goal, period, sex or level, old, new.
SELECT CASE d.what WHEN 'n' THEN 'new' WHEN 'r' THEN 'revised' ELSE 'withdrawn' END,
       CASE d.tabell WHEN 'U' THEN 'fact_utfall' WHEN 'A' THEN 'fact_arsmal' WHEN 'F' THEN 'fact_foregaende' ELSE 'fact_maluppfyllelse' END,
       sd.namn, e.namn,
       translate(CASE d.tabell WHEN 'M' THEN ltrim(m.nummer || ' ' || m.text) ELSE i.namn END, chr(9) || chr(10) || chr(13), '   '),
       p.namn, CASE d.del WHEN 'E' THEN 'egen' WHEN '-' THEN '' ELSE CASE d.tabell WHEN 'A' THEN 'KF' ELSE d.del::text END END,
       translate(coalesce(g.tryckt, g.varde || coalesce(' ' || g.matt, ''), g.uppfyllelse::text, g.varde_status::text, ''),
                 chr(9) || chr(10) || chr(13), '   '),
       translate(coalesce(s.tryckt, s.varde || coalesce(' ' || s.matt, ''), s.uppfyllelse::text, s.varde_status::text, ''),
                 chr(9) || chr(10) || chr(13), '   ')
  FROM drift.stage_diff d
  JOIN lager.dim_stadsdel sd ON sd.id = d.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = d.enhet_id
  JOIN lager.dim_period p ON p.id = d.period_id
  LEFT JOIN lager.dim_indikator i ON d.tabell <> 'M' AND i.id = d.objekt_id
  LEFT JOIN lager.dim_mal m ON d.tabell = 'M' AND m.id = d.objekt_id
  LEFT JOIN drift.stage_fact s ON s.seq = d.seq
  LEFT JOIN drift.gallande g ON g.load_id = d.old_load_id AND g.tabell = d.tabell AND g.ar = d.ar AND g.stadsdel_id = d.stadsdel_id
        AND g.enhet_id = d.enhet_id AND g.objekt_id = d.objekt_id AND g.period_id = d.period_id AND g.del = d.del
 WHERE d.what IN ('n', 'r', 'w')
 ORDER BY sd.namn COLLATE "C", e.namn COLLATE "C", p.id, d.tabell, d.objekt_id, d.del
