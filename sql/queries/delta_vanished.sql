-- May a district, or an indicator or column of several rows, be wholly gone?  As vanished.sql, which the whole export answers; here what
-- stays is looked for among the facts of source $1 that are not withdrawn, of an indicator only beside a row that is gone.
WITH gone AS (
    SELECT DISTINCT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id FROM drift.stage_diff WHERE what = 'w'
), stays AS (
    SELECT g.stadsdel_id, NULL::int AS objekt_id,
           EXISTS (SELECT FROM drift.stage_fact f WHERE f.stadsdel_id = g.stadsdel_id)
           OR EXISTS (SELECT FROM lager.fact_utfall u JOIN drift.load l ON l.id = u.load_id
                       WHERE l.source = $1 AND u.ersatt_load_id IS NULL AND u.stadsdel_id = g.stadsdel_id
                         AND NOT EXISTS (SELECT FROM gone x
                                          WHERE x.ar = u.ar AND x.stadsdel_id = u.stadsdel_id AND x.enhet_id = u.enhet_id
                                            AND x.objekt_id = u.indikator_id AND x.period_id = u.period_id)) AS stays
      FROM (SELECT DISTINCT stadsdel_id FROM gone) g
     UNION ALL
    SELECT NULL, g.objekt_id,
           EXISTS (SELECT FROM drift.stage_fact f WHERE f.tabell IN ('U', 'A', 'F') AND f.objekt_id = g.objekt_id)
           OR bool_or(EXISTS (SELECT FROM lager.fact_utfall u JOIN drift.load l ON l.id = u.load_id
                               WHERE l.source = $1 AND u.ersatt_load_id IS NULL AND u.stadsdel_id = g.stadsdel_id
                                 AND u.period_id = g.period_id AND u.indikator_id = g.objekt_id AND u.ar = g.ar
                                 AND NOT EXISTS (SELECT FROM gone x
                                                  WHERE x.ar = u.ar AND x.stadsdel_id = u.stadsdel_id AND x.enhet_id = u.enhet_id
                                                    AND x.objekt_id = u.indikator_id AND x.period_id = u.period_id)))
      FROM gone g WHERE tabell IN ('U', 'A', 'F')
     GROUP BY g.objekt_id HAVING count(DISTINCT (stadsdel_id, enhet_id, period_id)) > 1
)
SELECT stadsdel_id, objekt_id FROM stays WHERE NOT stays
UNION ALL
SELECT NULL, NULL
  FROM (SELECT tabell, del FROM drift.stage_diff WHERE what = 'w'
         GROUP BY tabell, del HAVING count(DISTINCT (stadsdel_id, enhet_id, objekt_id, period_id)) > 1) g
 WHERE NOT EXISTS (SELECT FROM drift.stage_fact f WHERE f.tabell = g.tabell AND f.del = g.del)
   AND NOT EXISTS (SELECT FROM drift.gallande x JOIN drift.load l ON l.id = x.load_id
                    WHERE l.source = $1 AND x.tabell = g.tabell AND x.del = g.del
                      AND NOT EXISTS (SELECT FROM drift.stage_diff d
                                       WHERE d.what = 'w' AND d.tabell = x.tabell AND d.ar = x.ar AND d.stadsdel_id = x.stadsdel_id
                                         AND d.enhet_id = x.enhet_id AND d.objekt_id = x.objekt_id AND d.period_id = x.period_id
                                         AND d.del = x.del))
