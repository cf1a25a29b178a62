-- $1 from, $2 to, $3 day.
INSERT INTO lager.stadsdel_foljd (fran_id, till_id, datum) VALUES ($1::smallint, $2::smallint, $3::date)
