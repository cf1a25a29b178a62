-- The next $1 ids of indicators.
SELECT nextval('lager.dim_indikator_id_seq') FROM generate_series(1, $1::int)
