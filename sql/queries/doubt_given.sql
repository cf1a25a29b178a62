-- Rows that validation or resolution sent to quarantine.  Those never announced as rows are counted from here.
WITH given AS (
    SELECT nr, upper(left(min(kind), 1))::"char" AS kind, min(lines) AS lines, min(rad) AS rad, min(byte_offset) AS byte_offset,
           min(length) AS length
      FROM drift.stage_quarantine GROUP BY nr
), unannounced AS (
    INSERT INTO drift.stage_row (nr, kind, lines, rad, byte_offset, length)
    SELECT nr, kind, lines, rad, byte_offset, length FROM given g
     WHERE NOT EXISTS (SELECT FROM drift.stage_row r WHERE r.nr = g.nr)
)
INSERT INTO drift.stage_doubt (nr) SELECT nr FROM given
