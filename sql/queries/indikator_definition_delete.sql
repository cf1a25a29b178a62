-- $1 indicator, $2 first year.
DELETE FROM lager.indikator_definition WHERE indikator_id = $1::int AND fran_ar = $2::smallint
