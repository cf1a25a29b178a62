-- Natural keys, as the canonical rows have them: of which dimension, id, the district it belongs to (0 = none), key; by id.
COPY (SELECT * FROM (
    SELECT 0, s.id::int, 0, s.kod FROM lager.dim_stadsdel s
     UNION ALL
    SELECT 1, e.id, e.stadsdel_id::int, e.nyckel FROM lager.dim_enhet e
     UNION ALL
    SELECT 2, o.id, 0, o.nyckel FROM drift.canonical_indikator o) k (dimension, id, stadsdel_id, nyckel)
 ORDER BY dimension, id) TO STDOUT
