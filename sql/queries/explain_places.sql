-- Where the indicator with the folded name $3 has values of table $1 in the district with code $2: unit and period, the newest first.
SELECT DISTINCT e.namn, p.namn, p.id
  FROM drift.version v
  JOIN lager.dim_stadsdel s ON s.id = v.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = v.enhet_id
  JOIN lager.dim_indikator i ON i.id = v.objekt_id
  JOIN lager.dim_period p ON p.id = v.period_id
 WHERE v.tabell = $1::"char" AND v.tabell IN ('U', 'A', 'F') AND s.kod = $2
   AND v.stadsdel_id = (SELECT id FROM lager.dim_stadsdel WHERE kod = $2)
   AND v.objekt_id = ANY (ARRAY(SELECT id FROM lager.dim_indikator WHERE nyckel = $3
                                 UNION SELECT indikator_id FROM lager.indikator_alias WHERE nyckel = $3))
 ORDER BY p.id DESC, e.namn LIMIT 5
