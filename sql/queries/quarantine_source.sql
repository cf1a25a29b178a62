-- Has source $1 ever had rows in quarantine?
SELECT EXISTS (SELECT FROM drift.quarantine WHERE source = $1)
