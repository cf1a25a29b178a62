-- The closing of facts goes to each one ($1 = on), instead of reading all of them; $1 = off as plan.sql has it.
SELECT set_config('enable_nestloop', $1, true), set_config('enable_hashjoin', CASE $1 WHEN 'on' THEN 'off' ELSE 'on' END, true),
       set_config('enable_mergejoin', CASE $1 WHEN 'on' THEN 'off' ELSE 'on' END, true)
