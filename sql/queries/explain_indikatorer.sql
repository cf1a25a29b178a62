-- Names of indicators, former ones too, with the folded name.
SELECT nyckel, namn FROM lager.dim_indikator UNION ALL SELECT nyckel, namn FROM lager.indikator_alias
