-- Planner statistics of what this run has made or grown: none for a run that has loaded nothing.
SELECT lager.statistik()
