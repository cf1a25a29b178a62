-- The indicators of that name, alias or code, those of the registry first.  $1 the name folded, $2 the name as given.
SELECT DISTINCT i.indikator_id, i.namn, coalesce(i.kod, ''), i.matt, i.polaritet, i.kod IS NULL
  FROM analys.indikator i
  JOIN analys.indikator_namn n ON n.indikator_id = i.indikator_id
 WHERE n.nyckel = $1 OR n.kod = upper($2)
 ORDER BY i.kod IS NULL, i.indikator_id
