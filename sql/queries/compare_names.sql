-- All names and codes of indicators.
SELECT namn FROM analys.indikator_namn UNION SELECT kod FROM analys.indikator WHERE kod IS NOT NULL ORDER BY 1
