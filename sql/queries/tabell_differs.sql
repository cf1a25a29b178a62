-- Cells of other tables that repeat an indicator's outcome (their row has its name, their column says the period) with another
-- value.  It is looked for in this export, as the outcome or as the next year's previous value, and then among the current ones.
-- Rows of several tables that name one outcome and disagree among themselves are of parts, and are left alone.
-- $1 severities: {rule: {code of an indicator or '' for all others: severity}}; $2 districts of this export.
WITH cell AS (
    SELECT t.*, min(varde) OVER w IS DISTINCT FROM max(varde) OVER w AS differ
      FROM drift.stage_fact t
     WHERE tabell = 'T' AND samma_indikator_id IS NOT NULL AND varde IS NOT NULL
       AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = t.nr)
    WINDOW w AS (PARTITION BY stadsdel_id, enhet_id, samma_indikator_id, samma_period_id, samma_kon)
), here AS (
    SELECT DISTINCT ON (tabell, stadsdel_id, enhet_id, objekt_id, period_id, del)
           stadsdel_id, enhet_id, objekt_id, CASE tabell WHEN 'F' THEN period_id - 10000 ELSE period_id END AS period_id,
           CASE tabell WHEN 'F' THEN 'T'::"char" ELSE del END AS del, varde, matt, tabell, nr, rad, byte_offset
      FROM drift.stage_fact u
     WHERE (tabell = 'U' OR tabell = 'F' AND (avser IS NULL OR avser = '' OR right(avser, 4) = (ar - 1)::text)) AND varde IS NOT NULL
       AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = u.nr)
     ORDER BY tabell, stadsdel_id, enhet_id, objekt_id, period_id, del, seq
), said AS (
    SELECT c.seq, h.varde, h.matt, h.tabell, h.del, h.nr, NULL::bigint AS load_id, h.rad, h.byte_offset
      FROM cell c JOIN here h
        ON h.stadsdel_id = c.stadsdel_id AND h.enhet_id = c.enhet_id AND h.objekt_id = c.samma_indikator_id
       AND h.period_id = c.samma_period_id AND h.del = c.samma_kon
     WHERE NOT c.differ
     UNION ALL
    SELECT c.seq, u.varde, u.matt, 'U', u.kon, NULL, u.load_id, u.rad, u.byte_offset
      FROM cell c JOIN lager.fact_utfall u
        ON u.ar = c.samma_period_id / 10000 AND u.stadsdel_id = c.stadsdel_id AND u.enhet_id = c.enhet_id
       AND u.indikator_id = c.samma_indikator_id AND u.period_id = c.samma_period_id AND u.kon = c.samma_kon AND u.ersatt_load_id IS NULL
     WHERE NOT c.differ AND u.stadsdel_id = ANY ($2::smallint[]) AND NOT EXISTS (
           SELECT FROM drift.stage_fact h
            WHERE h.tabell = 'U' AND h.stadsdel_id = c.stadsdel_id AND h.enhet_id = c.enhet_id AND h.objekt_id = c.samma_indikator_id
              AND h.period_id = c.samma_period_id AND h.del = c.samma_kon)
), found AS (
    SELECT c.nr, c.rad, c.byte_offset, drift.visa(c.varde, c.matt, c.tryckt, NULL) AS value, s.nr AS other_nr, s.load_id, s.rad AS other_rad,
           s.byte_offset AS other_byte_offset, drift.kolumn(s.tabell, s.del) AS other_column,
           drift.visa(s.varde, s.matt, NULL, NULL) AS other_value, i.namn,
           coalesce($1::jsonb #>> ARRAY['L-TABELL', i.kod], $1::jsonb #>> '{L-TABELL,""}') AS severity, l.source
      FROM cell c JOIN said s USING (seq)
      JOIN lager.dim_indikator i ON i.id = c.samma_indikator_id
      LEFT JOIN drift.load l ON l.id = s.load_id
     WHERE c.varde <> s.varde AND drift.skiljer(c.varde, s.varde) AND (c.matt = s.matt OR c.matt IS NULL OR s.matt IS NULL)
), doubt AS (
    INSERT INTO drift.stage_doubt (nr, rule, reason)
    SELECT DISTINCT ON (nr) nr, 'L-TABELL', reason
      FROM (SELECT nr, format('"%s" stands in this table and "%s" on line %s for one indicator', value, other_value, other_rad) AS reason
              FROM found WHERE severity = 'reject'
             UNION ALL
            SELECT other_nr, format('"%s" stands here and "%s" in another table, on line %s', other_value, value, rad)
              FROM found WHERE severity = 'reject' AND other_nr IS NOT NULL) x
     ORDER BY nr, reason
)
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad,
                                 other_byte_offset, other_column, other_value)
SELECT nr, rad, byte_offset, 'L-TABELL', severity,
       format('"%s" stands in this table for "%s", and "%s" on line %s%s', value, left(namn, 120), other_value, other_rad,
              coalesce(' of source "' || source || '"', '')),
       'varde', value, load_id, other_rad, other_byte_offset, other_column, other_value
  FROM found
