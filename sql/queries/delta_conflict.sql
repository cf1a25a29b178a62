-- Why the lines that differ cannot be compared alone; null = they can.  $1 source, $2 and $3 years and districts that only
-- removed lines have.  What is current under a key that differs must be of exactly one removed line that was loaded: else an
-- unchanged line may have it too.  Each line that was loaded and is removed must have left its facts.
SELECT CASE
       WHEN EXISTS (SELECT FROM drift.stage_current c
                     WHERE NOT EXISTS (SELECT FROM drift.stage_gone o
                                        WHERE NOT o.doubtful AND o.tabell = c.tabell AND o.ar = c.ar AND o.stadsdel_id = c.stadsdel_id
                                          AND o.enhet_id = c.enhet_id AND o.objekt_id = c.objekt_id AND o.period_id = c.period_id
                                          AND o.del = c.del))
       THEN 'a line that was added has a key that an unchanged one may have'
       WHEN (SELECT count(*) FROM drift.stage_gone WHERE NOT doubtful) <> (SELECT count(*) FROM drift.stage_current)
            OR EXISTS (SELECT FROM drift.stage_current c JOIN drift.load l ON l.id = c.load_id WHERE l.source <> $1)
       THEN 'the warehouse is not what its last load left'
       WHEN EXISTS (SELECT FROM unnest($2::smallint[]) AS y (ar)
                     WHERE NOT EXISTS (SELECT FROM lager.fact_utfall f JOIN drift.load l ON l.id = f.load_id
                                        WHERE l.source = $1 AND f.ersatt_load_id IS NULL AND f.ar = y.ar
                                          AND NOT EXISTS (SELECT FROM drift.stage_gone o
                                                           WHERE o.tabell = 'U' AND o.ar = f.ar AND o.stadsdel_id = f.stadsdel_id
                                                             AND o.enhet_id = f.enhet_id AND o.objekt_id = f.indikator_id
                                                             AND o.period_id = f.period_id AND o.del = f.kon)))
            OR EXISTS (SELECT FROM unnest($3::smallint[]) AS s (id)
                        WHERE NOT EXISTS (SELECT FROM lager.fact_utfall f JOIN drift.load l ON l.id = f.load_id
                                           WHERE l.source = $1 AND f.ersatt_load_id IS NULL AND f.stadsdel_id = s.id
                                             AND NOT EXISTS (SELECT FROM drift.stage_gone o
                                                              WHERE o.tabell = 'U' AND o.ar = f.ar AND o.stadsdel_id = f.stadsdel_id
                                                                AND o.enhet_id = f.enhet_id AND o.objekt_id = f.indikator_id
                                                                AND o.period_id = f.period_id AND o.del = f.kon)))
       THEN 'a year or a district may be gone from it'
       END
