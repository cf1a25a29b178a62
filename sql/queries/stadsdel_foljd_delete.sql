-- $1 from, $2 to, $3 day.
DELETE FROM lager.stadsdel_foljd WHERE fran_id = $1::smallint AND till_id = $2::smallint AND datum = $3::date
