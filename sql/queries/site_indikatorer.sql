-- Indicators with what a page says about them: code, name, unit, kind, polarity, owner, definitions, decimals of a board's share.
SELECT coalesce(i.kod, 'ID' || i.indikator_id), i.namn, i.matt, i.slag, i.polaritet, i.agare, i.definitioner, i.troskel
  FROM analys.indikator i
 ORDER BY coalesce(i.kod, 'ID' || i.indikator_id) COLLATE "C"
