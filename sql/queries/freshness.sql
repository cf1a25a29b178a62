-- Has source $1 published a value of period $2 (of year $3), is anything loaded of it at all, and when did it last change anything?
SELECT EXISTS (SELECT FROM lager.fact_utfall f
                WHERE f.ar = $3::smallint AND f.period_id = $2::int AND f.ersatt_load_id IS NULL
                  AND f.stadsdel_id IN (SELECT unnest(l.stadsdel_id) FROM drift.load l WHERE l.source = $1)
                  AND f.load_id IN (SELECT l.id FROM drift.load l WHERE l.source = $1)) AS here,
       EXISTS (SELECT FROM drift.load l WHERE l.source = $1) AS loaded,
       coalesce((SELECT to_char(max(l.published_at), 'YYYY-MM-DD HH24:MI:SS') FROM drift.load l
                  WHERE l.source = $1 AND l.way <> 'unchanged'), '') AS changed
