-- $1 district, $2 folded name.
DELETE FROM lager.enhet_alias WHERE stadsdel_id = $1::smallint AND nyckel = $2
