-- As publish_close_arsmal.sql, of lines that differ: each version is closed where it was found (delta_current.sql; nothing moves a row
-- while this transaction has its table).  The rest of the condition only makes sure.
UPDATE lager.fact_arsmal f
   SET ersatt_load_id = $1::bigint, ersatt_orsak = CASE d.what WHEN 'r' THEN 'revised' ELSE 'withdrawn' END
  FROM drift.stage_diff d
 WHERE d.tabell = 'A' AND d.what IN ('r', 'w')
   AND f.ar = ANY ($2::smallint[]) AND f.ar <> ALL ($3::smallint[]) AND f.ersatt_load_id IS NULL
   AND f.ctid = d.plats AND f.ar = d.ar AND f.stadsdel_id = d.stadsdel_id AND f.enhet_id = d.enhet_id
   AND f.indikator_id = d.objekt_id AND f.period_id = d.period_id
   AND f.load_id = d.old_load_id AND f.niva = CASE d.del WHEN 'E' THEN 'egen'::lager.arsmal_niva ELSE 'KF' END
