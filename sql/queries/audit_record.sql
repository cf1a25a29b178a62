-- An audit that was made.  $1 program, $2 year, $3 as of (or null), $4 rules, $5 verdict, $6 and $7 roots (or null), $8-$10 rows
-- missing, extra, different, $11 waivers, $12 SHA-256 of the manifest, $13 manifest.
INSERT INTO drift.audit (program_version, ar, as_of, rules, verdict, root_warehouse, root_derived, rows_missing, rows_extra,
    rows_different, waivers, manifest_sha256, manifest)
VALUES ($1, $2::smallint, $3::timestamptz, $4, $5, $6, $7, $8::bigint, $9::bigint, $10::bigint, $11::bigint, $12, $13::json)
