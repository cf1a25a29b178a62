-- Every version of one value, oldest first, with its lineage.  $1 table (letter of drift.version), $2 district's code, $3 folded name
-- of the unit (empty = the whole board), $4 folded name of the indicator, $5 period, $6 its year, $7 sex or level (null = all).
SELECT s.namn AS stadsdel, e.namn AS enhet, i.namn AS indikator, p.namn AS period,
       CASE v.del WHEN 'E' THEN 'egen' WHEN '-' THEN '' ELSE CASE v.tabell WHEN 'A' THEN 'KF' ELSE v.del::text END END AS part,
       v.varde AS value, v.matt AS unit, coalesce(v.varde_status::text, v.operator::text) AS status,
       coalesce(v.tryckt, v.varde || coalesce(' ' || v.matt, ''), v.varde_status::text, v.operator::text) AS shown,
       v.obs_status::text AS obs_status, v.conf_status::text AS conf_status, v.flaggor, v.period_tryckt AS period_printed,
       v.rad AS line, v.byte_offset, l.id AS load, to_char(l.published_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS published,
       r.id AS run, to_char(r.started_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS run_started, r.program_version, r.config_hash, r.arguments,
       l.source, l.url, l.connector, l.file_sha256 AS sha256, f.bytes,
       n.id AS replaced_load, n.run_id AS replaced_run, v.ersatt_orsak AS replaced_why,
       to_char(n.published_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS replaced_at,
       coalesce((SELECT json_agg(json_build_object('rule', x.rule, 'severity', x.severity, 'message', x.message) ORDER BY x.id)
                   FROM drift.finding x WHERE x.load_id = v.load_id AND x.rad = v.rad AND x.byte_offset = v.byte_offset), '[]') AS findings
  FROM drift.version v
  JOIN lager.dim_stadsdel s ON s.id = v.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = v.enhet_id
  JOIN lager.dim_indikator i ON i.id = v.objekt_id
  JOIN lager.dim_period p ON p.id = v.period_id
  JOIN drift.load l ON l.id = v.load_id
  JOIN drift.run r ON r.id = l.run_id
  JOIN drift.file f ON f.sha256 = l.file_sha256
  LEFT JOIN drift.load n ON n.id = v.ersatt_load_id
 WHERE v.tabell = $1::"char" AND v.tabell IN ('U', 'A', 'F') AND v.ar = $6::smallint AND v.period_id = $5::int
   AND v.stadsdel_id = (SELECT id FROM lager.dim_stadsdel WHERE kod = $2)
   AND v.enhet_id = ANY (ARRAY(SELECT x.id FROM lager.dim_enhet x JOIN lager.dim_stadsdel d ON d.id = x.stadsdel_id
                                WHERE d.kod = $2 AND x.nyckel = $3
                                UNION SELECT a.enhet_id FROM lager.enhet_alias a JOIN lager.dim_stadsdel d ON d.id = a.stadsdel_id
                                WHERE d.kod = $2 AND a.nyckel = $3))
   AND v.objekt_id = ANY (ARRAY(SELECT id FROM lager.dim_indikator WHERE nyckel = $4
                                 UNION SELECT indikator_id FROM lager.indikator_alias WHERE nyckel = $4))
   AND ($7::"char" IS NULL OR v.del = $7::"char")
 ORDER BY i.id, v.del DESC, v.load_id
