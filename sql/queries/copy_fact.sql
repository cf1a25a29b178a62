COPY drift.stage_fact (seq, nr, rad, byte_offset, enhet_id, objekt_id, period_id, ar, stadsdel_id, flaggor, tabell, del, obs_status,
    conf_status, varde_status, operator, omfattning, uppfyllelse, varde, matt, tryckt, period_tryckt, avser,
    start_dag, slut_dag, klar, storhet, post, overforing, samma_indikator_id, samma_period_id, samma_kon, samma_nyckel) FROM STDIN (FORMAT binary)
