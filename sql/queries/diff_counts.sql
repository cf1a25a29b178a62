-- Facts that are new, revised, withdrawn, absent, repeated, and in doubtful rows.
SELECT count(*) FILTER (WHERE what = 'n'), count(*) FILTER (WHERE what = 'r'), count(*) FILTER (WHERE what = 'w'),
       count(*) FILTER (WHERE what = 'a'), count(*) FILTER (WHERE what = 'd'),
       (SELECT count(*) FROM drift.stage_fact f WHERE f.nr IN (SELECT nr FROM drift.stage_doubt))
  FROM drift.stage_diff
