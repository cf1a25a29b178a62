-- All further names of indicators.
SELECT nyckel, indikator_id, namn FROM lager.indikator_alias
