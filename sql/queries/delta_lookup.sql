-- The closing of facts goes to each one ($1 = on), instead of reading all of them; $1 = off as plan.sql and delta_plan.sql have it.
SELECT set_config('enable_nestloop', $1, true), set_config('enable_hashjoin', CASE $1 WHEN 'on' THEN 'off' ELSE 'on' END, true)
