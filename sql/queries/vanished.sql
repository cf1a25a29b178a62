-- Districts of which every value, and indicators, columns and kinds of table of which every value in several rows, would be
-- withdrawn: a row that is gone is a withdrawal, a whole district or indicator looks like an export that is not whole, and a
-- column whose rows are still there like one whose header is spelt otherwise now.
WITH gone AS (
    SELECT DISTINCT tabell, stadsdel_id, enhet_id, objekt_id, period_id FROM drift.stage_diff WHERE what = 'w'
), gone_parts AS (
    SELECT tabell, CASE WHEN tabell IN ('U', 'A', 'F') THEN del::text ELSE '' END AS del, stadsdel_id, enhet_id, objekt_id, period_id
      FROM drift.stage_diff WHERE what = 'w'
), absent AS MATERIALIZED (
    SELECT tabell, del
      FROM (SELECT DISTINCT tabell, del FROM gone_parts) d
     WHERE NOT EXISTS (SELECT FROM drift.stage_fact f WHERE f.tabell = d.tabell AND (d.del = '' OR f.del::text = d.del))
)
SELECT 'district' AS what, s.namn AS name
  FROM (SELECT DISTINCT stadsdel_id FROM gone) g JOIN lager.dim_stadsdel s ON s.id = g.stadsdel_id
 WHERE NOT EXISTS (SELECT FROM drift.stage_fact f WHERE f.stadsdel_id = g.stadsdel_id)
UNION ALL
SELECT 'indicator', i.namn
  FROM (SELECT objekt_id FROM gone WHERE tabell IN ('U', 'A', 'F') GROUP BY objekt_id
        HAVING count(DISTINCT (stadsdel_id, enhet_id, period_id)) > 1) g
  JOIN lager.dim_indikator i ON i.id = g.objekt_id
 WHERE NOT EXISTS (SELECT FROM drift.stage_fact f WHERE f.tabell IN ('U', 'A', 'F') AND f.objekt_id = g.objekt_id)
   -- the registry has come to say that this is a name of another indicator
   AND NOT EXISTS (SELECT FROM lager.indikator_alias a WHERE a.nyckel = i.nyckel AND a.indikator_id <> i.id)
   AND NOT EXISTS (SELECT FROM lager.dim_indikator x WHERE x.nyckel = i.nyckel AND x.id <> i.id AND x.kod IS NOT NULL)
UNION ALL
SELECT CASE WHEN d.del = '' THEN 'table' ELSE 'column' END,
       CASE d.tabell::text || d.del WHEN 'UT' THEN 'utfall' WHEN 'UM' THEN 'utfall_man' WHEN 'UK' THEN 'utfall_kvinnor' WHEN 'UO' THEN 'utfall_okant'
                                    WHEN 'AE' THEN 'arsmal' WHEN 'AK' THEN 'kf_arsmal' WHEN 'F-' THEN 'foregaende'
                                    WHEN 'M' THEN 'mal' WHEN 'V' THEN 'aktivitet' WHEN 'T' THEN 'tabell' ELSE 'ekonomi' END
  FROM gone_parts d JOIN absent USING (tabell, del)
 WHERE d.del = ''
    OR EXISTS (SELECT FROM drift.stage_fact f
                WHERE f.tabell IN ('U', 'A', 'F') AND f.stadsdel_id = d.stadsdel_id AND f.enhet_id = d.enhet_id
                  AND f.objekt_id = d.objekt_id AND f.period_id = d.period_id)
 GROUP BY d.tabell, d.del HAVING count(DISTINCT (d.stadsdel_id, d.enhet_id, d.objekt_id, d.period_id)) > 1
 ORDER BY 1, 2
