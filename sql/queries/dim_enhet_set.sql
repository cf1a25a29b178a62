-- $1 id, $2 name, $3 folded name, $4 and $5 first and last day.
UPDATE lager.dim_enhet SET namn = $2, nyckel = $3, giltig_fran = $4::date, giltig_till = $5::date WHERE id = $1::int RETURNING id
