-- Partitions for years that have none.
SELECT lager.skapa_ar(ar) FROM (SELECT DISTINCT ar::int FROM drift.stage_diff WHERE what = 'n') y
