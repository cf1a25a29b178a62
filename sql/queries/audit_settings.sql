-- What COPY, which takes no parameters, reads with current_setting.  $1 year, $2 the last load of the state ('' = now).
SELECT set_config('stadslager.ar', $1, true), set_config('stadslager.load', $2, true)
