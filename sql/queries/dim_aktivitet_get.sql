-- The activity, added when it is missing.  $1 year, $2 district, $3 unit, $4 goal, $5 name, $6 folded name, $7 number.
WITH found AS (
    SELECT id FROM lager.dim_aktivitet
     WHERE ar = $1::smallint AND stadsdel_id = $2::smallint AND enhet_id = $3::int AND coalesce(mal_id, 0) = coalesce($4::int, 0)
       AND nyckel = $6 AND nr = $7::int
), added AS (
    INSERT INTO lager.dim_aktivitet (ar, stadsdel_id, enhet_id, mal_id, namn, nyckel, nr)
    SELECT $1::smallint, $2::smallint, $3::int, $4::int, $5, $6, $7::int
     WHERE NOT EXISTS (SELECT FROM found) RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM added
