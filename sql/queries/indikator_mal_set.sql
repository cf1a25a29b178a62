-- The goal that an indicator stands under in its report; written only where it is news.  $1 district, $2 period, $3 indicator,
-- $4 unit, $5 goal.
WITH found AS (
    SELECT mal_id FROM lager.indikator_mal
     WHERE stadsdel_id = $1::smallint AND period_id = $2::int AND indikator_id = $3::int AND enhet_id = $4::int
), moved AS (
    UPDATE lager.indikator_mal SET mal_id = $5::int
     WHERE stadsdel_id = $1::smallint AND period_id = $2::int AND indikator_id = $3::int AND enhet_id = $4::int AND mal_id <> $5::int
)
INSERT INTO lager.indikator_mal (stadsdel_id, period_id, indikator_id, enhet_id, mal_id)
SELECT $1::smallint, $2::int, $3::int, $4::int, $5::int
 WHERE NOT EXISTS (SELECT FROM found)
