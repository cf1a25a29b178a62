-- Findings and quarantine, counted.
SELECT k.typ, k.kalla, k.regel, k.allvar, k.status, k.kolumn, k.antal, to_char(k.forsta, 'YYYY-MM-DD'), to_char(k.senaste, 'YYYY-MM-DD')
  FROM analys.kvalitet k
 ORDER BY k.typ DESC, k.kalla COLLATE "C", k.regel COLLATE "C", k.status COLLATE "C", k.kolumn COLLATE "C"
