-- The open changes that are equal to refused ones, locked until commit so that nobody closes them meanwhile, and whether the same is
-- wrong with them. Index: quarantine_open_payload.
select refused.number, q.id, q.violations = refused.violations::jsonb as is_same
from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[]) with ordinality
  as refused (source, type, key, digest, violations, number)
join hub.quarantine q
  on q.source = refused.source
  and q.type = refused.type
  and sha256(q.payload) = refused.digest
  and q.key = refused.key
  and q.state = 'OPEN'
order by q.id
for update of q;
