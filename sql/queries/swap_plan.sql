-- The years of fact tables of which most is closed and added: $1 facts at least, and $2 percent of the versions that the year then
-- has; $3 of them at most, the largest first.
SELECT x.namn, x.ar
  FROM (SELECT CASE d.tabell WHEN 'U' THEN 'fact_utfall' WHEN 'A' THEN 'fact_arsmal' ELSE 'fact_foregaende' END AS namn, d.ar, d.stangda, d.nya,
               CASE d.tabell WHEN 'U' THEN (SELECT count(*) FROM lager.fact_utfall f WHERE f.ar = d.ar)
                             WHEN 'A' THEN (SELECT count(*) FROM lager.fact_arsmal f WHERE f.ar = d.ar)
                             ELSE (SELECT count(*) FROM lager.fact_foregaende f WHERE f.ar = d.ar) END AS rader
          FROM (SELECT tabell, ar, count(*) FILTER (WHERE what <> 'n') AS stangda, count(*) FILTER (WHERE what <> 'w') AS nya
                  FROM drift.stage_diff
                 WHERE tabell IN ('U', 'A', 'F') AND what IN ('n', 'r', 'w')
                 GROUP BY tabell, ar) d
         WHERE d.stangda + d.nya >= $1::bigint) x
 WHERE x.rader > 0 AND (x.stangda + x.nya) * 100 >= $2::bigint * (x.rader + x.nya)
 ORDER BY x.rader DESC, x.namn, x.ar
 LIMIT $3::int
