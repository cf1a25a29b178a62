-- For the rest of the transaction.  Staging has no statistics and no index, and a new partition has none either: the planner
-- takes them for small and would compare every row with every other one.
SET LOCAL enable_nestloop = off
