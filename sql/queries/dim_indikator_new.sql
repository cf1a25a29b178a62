-- An indicator met in an export that is not in the registry.  $1 name, $2 folded name.
INSERT INTO lager.dim_indikator (namn, nyckel) VALUES ($1, $2) RETURNING id
