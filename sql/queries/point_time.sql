-- The state at the time $1: the last load published by then, 0 = none.
SELECT drift.sista_load($1::timestamptz)
