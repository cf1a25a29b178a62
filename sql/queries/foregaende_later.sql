-- The other way round: outcomes of this export that differ from the previous value which the next year's report, loaded before,
-- prints.  This year's own report is the one to be believed, so that its row is never in doubt for it.  $1 severities, as above;
-- $2 the years after this export's, $3 its districts; $4 source, whose own rows foregaende_differs has looked at.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad,
                                 other_byte_offset, other_column, other_value)
SELECT u.nr, u.rad, u.byte_offset, 'L-FOREGAENDE', CASE WHEN severity = 'reject' THEN 'warn' ELSE severity END,
       format('the outcome %s is not what the next year''s report gives as its previous value: %s (source "%s", line %s)',
              drift.visa(u.varde, u.matt, NULL, NULL), drift.visa(p.varde, p.matt, NULL, NULL), l.source, p.rad),
       'utfall', drift.visa(u.varde, u.matt, NULL, NULL), p.load_id, p.rad, p.byte_offset, 'foregaende',
       drift.visa(p.varde, p.matt, NULL, NULL)
  FROM drift.stage_fact u
  JOIN lager.dim_indikator i ON i.id = u.objekt_id
 CROSS JOIN LATERAL (SELECT coalesce($1::jsonb #>> ARRAY['L-FOREGAENDE', i.kod], $1::jsonb #>> '{L-FOREGAENDE,""}') AS severity) s
  JOIN lager.fact_foregaende p
    ON p.ar = u.ar + 1 AND p.stadsdel_id = u.stadsdel_id AND p.enhet_id = u.enhet_id AND p.indikator_id = u.objekt_id
   AND p.period_id = u.period_id + 10000 AND p.ersatt_load_id IS NULL
  JOIN drift.load l ON l.id = p.load_id
 WHERE u.tabell = 'U' AND u.del = 'T' AND l.source <> $4 AND p.ar = ANY ($2::smallint[]) AND p.stadsdel_id = ANY ($3::smallint[])
   AND (p.avser IS NULL OR p.avser = '' OR right(p.avser, 4) = (p.ar - 1)::text)
   AND u.varde <> p.varde AND drift.skiljer(u.varde, p.varde) AND (u.matt = p.matt OR u.matt IS NULL OR p.matt IS NULL)
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = u.nr)
