-- $1 district, $2 folded name, $3 unit, $4 name.
INSERT INTO lager.enhet_alias (stadsdel_id, nyckel, enhet_id, namn) VALUES ($1::smallint, $2, $3::int, $4)
ON CONFLICT (stadsdel_id, nyckel) DO UPDATE SET enhet_id = excluded.enhet_id, namn = excluded.namn
