-- Outcomes that a report of the year after, loaded before this one or part of the same export, repeats as another previous value.
-- $1 the years after those of this export.  The other direction is foregaende_differs.sql.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message)
SELECT s.nr, s.rad, s.byte_offset, 'L-FOREGAENDE', 'warn',
       format('the value %s is not what the report of the year after says it was: %s (source "%s", line %s)', s.varde, f.varde, l.source, f.rad)
  FROM drift.stage_fact s
  JOIN lager.fact_foregaende f
    ON f.ar = s.ar + 1 AND f.stadsdel_id = s.stadsdel_id AND f.enhet_id = s.enhet_id AND f.indikator_id = s.objekt_id
   AND f.period_id = s.period_id + 10000 AND f.ar = ANY ($1::smallint[]) AND f.ersatt_load_id IS NULL
  JOIN drift.load l ON l.id = f.load_id
 WHERE s.tabell = 'U' AND s.del = 'T' AND f.varde <> s.varde AND (f.avser IS NULL OR f.avser = '' OR right(f.avser, 4) = s.ar::text)
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = s.nr)
   AND NOT EXISTS (SELECT FROM drift.stage_diff d WHERE d.seq = s.seq AND d.what = 'd')
   AND NOT EXISTS (SELECT FROM drift.stage_fact n WHERE n.tabell = 'F' AND n.ar = f.ar AND n.stadsdel_id = f.stadsdel_id
                      AND n.enhet_id = f.enhet_id AND n.objekt_id = f.indikator_id AND n.period_id = f.period_id)
UNION ALL
SELECT s.nr, s.rad, s.byte_offset, 'L-FOREGAENDE', 'warn',
       format('the value %s is not what the report of the year after says it was: %s (line %s of this export)', s.varde, f.varde, f.rad)
  FROM drift.stage_fact s
  JOIN drift.stage_fact f
    ON f.tabell = 'F' AND f.ar = s.ar + 1 AND f.stadsdel_id = s.stadsdel_id AND f.enhet_id = s.enhet_id
   AND f.objekt_id = s.objekt_id AND f.period_id = s.period_id + 10000
 WHERE s.tabell = 'U' AND s.del = 'T' AND f.varde <> s.varde AND (f.avser IS NULL OR f.avser = '' OR right(f.avser, 4) = s.ar::text)
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr IN (s.nr, f.nr))
   -- a value that is as it was has been compared with F by foregaende_differs.sql
   AND EXISTS (SELECT FROM drift.stage_diff d WHERE d.seq = s.seq AND d.what IN ('n', 'r'))
