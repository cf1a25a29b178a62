-- Every export that a load was made from: what a published version, present or former, or a quarantined row was read from.
SELECT sha256 FROM drift.file UNION SELECT file_sha256 FROM drift.load ORDER BY 1
