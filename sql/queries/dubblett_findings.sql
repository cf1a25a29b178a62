-- Of keys that contradict themselves: the first value, and each other one, with their places.
WITH twice AS (
    SELECT f.*, drift.visa(varde, matt, tryckt, coalesce(uppfyllelse::text, varde_status::text)) AS visad,
           (varde, scale(varde), varde_status, matt, tryckt, period_tryckt, operator, omfattning, uppfyllelse, avser, obs_status,
            conf_status, flaggor, start_dag, slut_dag, klar, storhet, post, overforing) AS sagt,
           row_number() OVER (PARTITION BY tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del ORDER BY f.seq) AS place
      FROM drift.stage_fact f JOIN drift.stage_repeat USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
     WHERE EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr AND d.rule = 'L-DUBBLETT')
)
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_rad, other_byte_offset,
                                 other_column, other_value)
SELECT b.nr, b.rad, b.byte_offset, 'L-DUBBLETT', 'reject',
       format('"%s" stands here and "%s" on line %s for the same key: neither is loaded', b.visad, a.visad, a.rad),
       drift.kolumn(b.tabell, b.del), b.visad, a.rad, a.byte_offset, drift.kolumn(a.tabell, a.del), a.visad
  FROM twice a JOIN twice b USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
 WHERE a.place = 1 AND b.place > 1 AND a.sagt IS DISTINCT FROM b.sagt
