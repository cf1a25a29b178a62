-- All units.
SELECT id, stadsdel_id, namn, nyckel, hel_namnd, coalesce(giltig_fran::text, ''), coalesce(giltig_till::text, '') FROM lager.dim_enhet ORDER BY id
