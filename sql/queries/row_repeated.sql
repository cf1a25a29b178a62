-- Indicator rows that only repeat what an earlier row says: ignored, with a finding.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message)
SELECT r.nr, r.rad, r.byte_offset, 'L-DUBBLETT', 'note', 'the row repeats an earlier one and says the same; it is not counted twice'
  FROM (SELECT nr, count(*) AS repeated FROM drift.stage_diff WHERE what = 'd' GROUP BY nr) d
  JOIN drift.stage_row r USING (nr)
 WHERE r.kind = 'I' AND d.repeated = (SELECT count(*) FROM drift.stage_fact f WHERE f.nr = d.nr)
