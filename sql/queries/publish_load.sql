-- The ledger row: the facts of load $1 are published when this is.  published_at grows from load to load even where the clock was
-- set back, and loads of one transaction (the last one's time is then not before its begin, now()) have the same: a state as of a
-- time holds all of them or none.
INSERT INTO drift.load (id, run_id, source, precedence, file_sha256, url, connector, config_hash, complete, way, ar, stadsdel_id,
    lines_ignored_by, lines_read, lines_loaded, lines_unchanged, lines_quarantined, lines_ignored,
    rows_read, rows_loaded, rows_unchanged, rows_quarantined, rows_ignored, mal_read, mal_loaded, mal_unchanged, mal_quarantined,
    aktivitet_read, aktivitet_loaded, aktivitet_unchanged, aktivitet_quarantined,
    tabell_read, tabell_loaded, tabell_unchanged, tabell_quarantined,
    facts_new, facts_revised, facts_withdrawn, facts_unchanged, findings, facts_repeated, published_at)
VALUES ($1::bigint, $2::bigint, $3, $4::int, $5, $6, $7, $8, $9::boolean, $10, $11::smallint[], $12::smallint[], $13::jsonb,
    $14::bigint, $15::bigint, $16::bigint, $17::bigint, $18::bigint, $19::bigint, $20::bigint, $21::bigint, $22::bigint, $23::bigint,
    $24::bigint, $25::bigint, $26::bigint, $27::bigint, $28::bigint, $29::bigint, $30::bigint, $31::bigint,
    $32::bigint, $33::bigint, $34::bigint, $35::bigint, $36::bigint, $37::bigint, $38::bigint, $39::bigint, $40::bigint, $41::bigint,
    coalesce((SELECT CASE WHEN l.run_id = $2::bigint AND l.published_at >= now() THEN l.published_at
                          ELSE greatest(clock_timestamp(), l.published_at + interval '1 microsecond') END
                FROM drift.load l ORDER BY l.id DESC LIMIT 1), clock_timestamp()))
