-- Districts of which every value, and indicators of which every value in several rows, would be withdrawn: a row that is gone is
-- a withdrawal, a whole district or indicator looks like an export that is not whole.
WITH gone AS (
    SELECT DISTINCT tabell, stadsdel_id, enhet_id, objekt_id, period_id FROM drift.stage_diff WHERE what = 'w'
)
SELECT 'district' AS what, s.namn
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
 ORDER BY 1, 2
