-- Rows and lines by kind and fate: q quarantined, l loaded, i ignored, u unchanged.
SELECT r.kind, fate, count(*), sum(r.lines)
  FROM (SELECT r.kind, r.lines,
               CASE WHEN d.nr IS NOT NULL THEN 'q' WHEN x.nr IS NOT NULL THEN 'l' WHEN i.nr IS NOT NULL THEN 'i' ELSE 'u' END AS fate
          FROM drift.stage_row r
          LEFT JOIN (SELECT DISTINCT nr FROM drift.stage_doubt) d ON d.nr = r.nr
          LEFT JOIN (SELECT DISTINCT nr FROM drift.stage_diff WHERE what IN ('n', 'r')) x ON x.nr = r.nr
          LEFT JOIN (SELECT DISTINCT nr FROM drift.stage_finding WHERE rule = 'L-DUBBLETT') i ON i.nr = r.nr) r
 GROUP BY r.kind, fate
