-- Keeps what is wrong today with changes that were refused before. Primary key.
update hub.quarantine q
set violations = refused.violations::jsonb,
  rules = refused.rules::text[]
from unnest($1::bigint[], $2::text[], $3::text[]) as refused (id, violations, rules)
where q.id = refused.id;
