-- Findings of unchanged lines, where they stand now.  $1 load of the findings.  The piece of a line is the last one that begins
-- before it.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_rad, other_byte_offset,
                                 other_column, other_value)
SELECT f.rad + p.lines, f.rad + p.lines, f.byte_offset + p.bytes, f.rule, f.severity, f.message, f.column_name, f.value,
       f.other_rad + p.lines, f.other_byte_offset + p.bytes, f.other_column, f.other_value
  FROM (SELECT id, max(begins) OVER (ORDER BY rad, id NULLS FIRST ROWS UNBOUNDED PRECEDING) AS begins
          FROM (SELECT NULL::bigint AS id, old_rad AS rad, old_rad AS begins FROM drift.stage_piece
                 UNION ALL
                SELECT id, rad, NULL FROM drift.finding WHERE load_id = $1::bigint AND rad > 0) x) w
  JOIN drift.finding f USING (id)
  JOIN drift.stage_piece p ON p.old_rad = w.begins
 WHERE p.kept
