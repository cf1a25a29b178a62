-- All districts.
SELECT id, kod, namn, coalesce(giltig_fran::text, ''), coalesce(giltig_till::text, '') FROM lager.dim_stadsdel ORDER BY id
