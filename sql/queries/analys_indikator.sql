-- The indicator of a code or a name.  $1 as given, $2 folded.
SELECT DISTINCT n.indikator_id FROM analys.indikator_namn n WHERE n.kod = $1 OR n.nyckel = $2
