-- $1 district, $2 name, $3 folded name, $4 true for the whole board, $5 and $6 first and last day.
INSERT INTO lager.dim_enhet (stadsdel_id, namn, nyckel, hel_namnd, giltig_fran, giltig_till)
VALUES ($1::smallint, $2, $3, $4::boolean, $5::date, $6::date) RETURNING id
