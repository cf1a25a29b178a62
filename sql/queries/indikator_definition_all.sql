-- All changes of definitions.
SELECT indikator_id, fran_ar, anteckning FROM lager.indikator_definition
