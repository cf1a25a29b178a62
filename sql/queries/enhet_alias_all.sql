-- All further names of units.
SELECT stadsdel_id, nyckel, enhet_id, namn FROM lager.enhet_alias
