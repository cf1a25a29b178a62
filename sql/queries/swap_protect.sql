-- What analysts may see of the years $2 of fact tables $1, side by side, which no trigger saw.
SELECT lager.skydda_bredvid(y.ar, $1::text[], $2::int[], '_ny')
  FROM (SELECT DISTINCT x.ar FROM unnest($1::text[], $2::int[]) AS x (tabell, ar) WHERE x.tabell <> 'fact_arsmal' ORDER BY x.ar) y
