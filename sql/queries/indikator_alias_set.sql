-- $1 folded name, $2 indicator, $3 name.
INSERT INTO lager.indikator_alias (nyckel, indikator_id, namn) VALUES ($1, $2::int, $3)
ON CONFLICT (nyckel) DO UPDATE SET indikator_id = excluded.indikator_id, namn = excluded.namn
