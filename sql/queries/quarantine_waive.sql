-- Open rows with the ids $1 are waived: $2 who (null = the session's user), $3 why.
UPDATE drift.quarantine
   SET status = 'waived', who = coalesce($2, session_user::text), why = $3, changed_at = clock_timestamp()
 WHERE id = ANY ($1::bigint[]) AND status = 'open'
RETURNING id, source, rad, rule, who
