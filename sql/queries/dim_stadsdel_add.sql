-- $1 code, $2 name, $3 and $4 first and last day.
INSERT INTO lager.dim_stadsdel (kod, namn, giltig_fran, giltig_till) VALUES ($1, $2, $3::date, $4::date) RETURNING id
