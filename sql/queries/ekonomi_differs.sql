-- Amounts that two tables of one report give for one thing, and that differ: the rows have one name (a sum row the name of its
-- table), and budget or outcome, costs, income or net, and year are the same.  A name alone proves little ("Lokaler"), so the two
-- rows must agree in another amount, of three digits at least.  A name that a table has twice, with different amounts, is left
-- alone.
-- $1 severities: {rule: {'': severity}}.
WITH amount AS (
    SELECT f.*, c.titel, c.tabell_nr, f.varde * k.faktor AS belopp, drift.steg(f.varde, k.faktor) AS steg,
           min(f.varde) OVER w = max(f.varde) OVER w AND f.seq = min(f.seq) OVER w AS counts
      FROM drift.stage_fact f
      JOIN lager.dim_tabellcell c ON c.id = f.objekt_id
     CROSS JOIN LATERAL (SELECT CASE f.matt WHEN 'tkr' THEN 1000 WHEN 'mnkr' THEN 1000000 WHEN 'mdkr' THEN 1000000000 ELSE 1 END::numeric
                                AS faktor) k
     WHERE f.tabell = 'E' AND samma_nyckel IS NOT NULL AND post <> 'ej_angiven'
       AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
    WINDOW w AS (PARTITION BY f.stadsdel_id, f.enhet_id, f.period_id, c.titel, c.tabell_nr, samma_nyckel, storhet, post, overforing, avser)
), pair AS (
    SELECT a.nr AS nr_a, b.nr AS nr_b, a.seq AS seq_a, b.seq AS seq_b, drift.skiljer(a.belopp, b.belopp, a.steg, b.steg) AS differ,
           least(abs(a.belopp), abs(b.belopp)) >= 100 * greatest(a.steg, b.steg) AS weighty
      FROM amount a
      JOIN amount b USING (stadsdel_id, enhet_id, period_id, samma_nyckel, storhet, post, avser)
     WHERE a.seq < b.seq AND (a.titel, a.tabell_nr) <> (b.titel, b.tabell_nr) AND a.counts AND b.counts
       AND a.overforing IS NOT DISTINCT FROM b.overforing
), found AS (
    SELECT p.*, $1::jsonb #>> '{L-EKONOMI,""}' AS severity
      FROM pair p
     WHERE differ AND EXISTS (SELECT FROM pair q WHERE q.nr_a = p.nr_a AND q.nr_b = p.nr_b AND NOT q.differ AND q.weighty)
), doubt AS (
    INSERT INTO drift.stage_doubt (nr, rule, reason)
    SELECT x.nr, 'L-EKONOMI', 'an amount of this row stands in another table with another value, on line ' || min(f.rad)
      FROM (SELECT nr_a AS nr, seq_b AS seq, severity FROM found UNION ALL SELECT nr_b, seq_a, severity FROM found) x
      JOIN drift.stage_fact f ON f.seq = x.seq
     WHERE severity = 'reject' GROUP BY x.nr
)
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_rad, other_byte_offset,
                                 other_column, other_value)
SELECT b.nr, b.rad, b.byte_offset, 'L-EKONOMI', severity,
       format('%s %s stands here (%s, %s, %s), and %s %s on line %s', b.tryckt, b.matt, b.storhet, b.post, b.avser, a.tryckt, a.matt, a.rad),
       'varde', b.tryckt || ' ' || b.matt, a.rad, a.byte_offset, 'varde', a.tryckt || ' ' || a.matt
  FROM found JOIN drift.stage_fact a ON a.seq = seq_a JOIN drift.stage_fact b ON b.seq = seq_b
