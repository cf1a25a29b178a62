-- $1 id, $2 name, $3 and $4 first and last day.
UPDATE lager.dim_stadsdel SET namn = $2, giltig_fran = $3::date, giltig_till = $4::date WHERE id = $1::smallint RETURNING id
