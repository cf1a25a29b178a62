-- The goal, added when it is missing.  $1 year, $2 level, $3 district, $4 unit, $5 number, $6 words, $7 key, $8 goal above.
WITH found AS (
    SELECT id FROM lager.dim_mal
     WHERE ar = $1::smallint AND niva = $2::lager.mal_niva AND coalesce(stadsdel_id, 0::smallint) = coalesce($3::smallint, 0::smallint)
       AND coalesce(enhet_id, 0) = coalesce($4::int, 0) AND coalesce(overordnat_id, 0) = coalesce($8::int, 0) AND nyckel = $7
), added AS (
    INSERT INTO lager.dim_mal (ar, niva, stadsdel_id, enhet_id, nummer, text, nyckel, overordnat_id)
    SELECT $1::smallint, $2::lager.mal_niva, $3::smallint, $4::int, $5, $6, $7, $8::int
     WHERE NOT EXISTS (SELECT FROM found) RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM added
