-- Previous values that differ from what that year's own report said: both values and both places.  The previous period's key is
-- this one's, a year back (period_id = (year * 10 + kind) * 1000 + ordinal); a column headed with another year is left alone.
-- That year's outcome is looked for in this export and then among the current ones.  $1 severities: {rule: {code of an indicator
-- or '' for all others: severity}}; $2 the years before this export's, $3 its districts.
WITH printed AS (
    SELECT f.*, i.kod FROM drift.stage_fact f JOIN lager.dim_indikator i ON i.id = f.objekt_id
     WHERE f.tabell = 'F' AND f.varde IS NOT NULL AND (f.avser IS NULL OR f.avser = '' OR right(f.avser, 4) = (f.ar - 1)::text)
       AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
), here AS (
    SELECT DISTINCT ON (stadsdel_id, enhet_id, objekt_id, period_id)
           stadsdel_id, enhet_id, objekt_id, period_id, varde, matt, rad, byte_offset
      FROM drift.stage_fact u
     WHERE tabell = 'U' AND del = 'T' AND ar = ANY ($2::smallint[]) AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = u.nr)
     ORDER BY stadsdel_id, enhet_id, objekt_id, period_id, seq
), own AS (
    SELECT p.seq, h.varde, h.matt, NULL::bigint AS load_id, h.rad, h.byte_offset
      FROM printed p JOIN here h
        ON h.stadsdel_id = p.stadsdel_id AND h.enhet_id = p.enhet_id AND h.objekt_id = p.objekt_id AND h.period_id = p.period_id - 10000
     UNION ALL
    SELECT p.seq, u.varde, u.matt, u.load_id, u.rad, u.byte_offset
      FROM printed p JOIN lager.fact_utfall u
        ON u.ar = p.ar - 1 AND u.stadsdel_id = p.stadsdel_id AND u.enhet_id = p.enhet_id AND u.indikator_id = p.objekt_id
       AND u.period_id = p.period_id - 10000 AND u.kon = 'T' AND u.ersatt_load_id IS NULL
     WHERE u.ar = ANY ($2::smallint[]) AND u.stadsdel_id = ANY ($3::smallint[])
       AND NOT EXISTS (SELECT FROM here h WHERE h.stadsdel_id = p.stadsdel_id AND h.enhet_id = p.enhet_id AND h.objekt_id = p.objekt_id
                          AND h.period_id = p.period_id - 10000)
)
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad,
                                 other_byte_offset, other_column, other_value)
SELECT p.nr, p.rad, p.byte_offset, 'L-FOREGAENDE', coalesce($1::jsonb #>> ARRAY['L-FOREGAENDE', p.kod], $1::jsonb #>> '{L-FOREGAENDE,""}'),
       format('the previous value %s is not what that year''s own report said: %s (%s, line %s)', drift.visa(p.varde, p.matt, NULL, NULL),
              drift.visa(o.varde, o.matt, NULL, NULL), coalesce('source "' || l.source || '"', 'this export'), o.rad),
       'foregaende', drift.visa(p.varde, p.matt, NULL, NULL), o.load_id, o.rad, o.byte_offset, 'utfall',
       drift.visa(o.varde, o.matt, NULL, NULL)
  FROM printed p JOIN own o USING (seq)
  LEFT JOIN drift.load l ON l.id = o.load_id
 WHERE p.varde <> o.varde AND drift.skiljer(p.varde, o.varde) AND (p.matt = o.matt OR p.matt IS NULL OR o.matt IS NULL)
