-- $1 folded name.
DELETE FROM lager.indikator_alias WHERE nyckel = $1
