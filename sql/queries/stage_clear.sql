-- Staging is empty before and after.
TRUNCATE drift.stage_row, drift.stage_fact, drift.stage_quarantine, drift.stage_finding, drift.stage_doubt, drift.stage_repeat, drift.stage_diff
