-- All indicators.
SELECT id, coalesce(kod, ''), namn, nyckel, matt, coalesce(slag, ''), polaritet, coalesce(agare, ''), coalesce(kon_mening, ''), troskel,
       namnare_minst
  FROM lager.dim_indikator ORDER BY id
