-- Lines of the last export of source $1 that are read again even where they are equal, in order, and whether their row is in
-- quarantine: those, and those of findings that speak of more than their own row.  $2 the load of the findings.
SELECT rad, bool_or(doubtful) AS doubtful
  FROM (SELECT rad, true AS doubtful FROM drift.quarantine WHERE source = $1 AND status = 'open'
         UNION ALL
        SELECT rad, false FROM drift.finding f
         WHERE load_id = $2::bigint
           AND (rule NOT LIKE 'V-%'
                OR other_rad IS NOT NULL
                   AND (other_load_id, other_rad, other_byte_offset) IS DISTINCT FROM (f.load_id, f.rad, f.byte_offset))) x
 WHERE rad > 0
 GROUP BY rad ORDER BY rad
