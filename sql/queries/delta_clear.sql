-- The staging of a difference is empty before and after.
TRUNCATE drift.stage_gone, drift.stage_current, drift.stage_piece
