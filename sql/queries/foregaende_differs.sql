-- Previous values that differ from what that year's own report said: both values and both places.  The previous period's key is
-- this one's, a year back (period_id = (year * 10 + kind) * 1000 + ordinal); a column headed with another year is left alone.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message)
SELECT f.nr, f.rad, f.byte_offset, 'L-FOREGAENDE', 'warn',
       format('the previous value %s is not what that year''s own report said: %s (source "%s", line %s)', f.varde, u.varde, l.source, u.rad)
  FROM drift.stage_fact f
  JOIN lager.fact_utfall u
    ON u.ar = f.ar - 1 AND u.stadsdel_id = f.stadsdel_id AND u.enhet_id = f.enhet_id AND u.indikator_id = f.objekt_id
   AND u.period_id = f.period_id - 10000 AND u.kon = 'T' AND u.ersatt_load_id IS NULL
  JOIN drift.load l ON l.id = u.load_id
 WHERE f.tabell = 'F' AND f.varde <> u.varde AND (f.avser IS NULL OR f.avser = '' OR right(f.avser, 4) = (f.ar - 1)::text)
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
