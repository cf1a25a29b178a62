-- The next $1 ids of units.
SELECT nextval('lager.dim_enhet_id_seq') FROM generate_series(1, $1::int)
