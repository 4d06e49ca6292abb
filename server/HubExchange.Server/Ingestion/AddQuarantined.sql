-- Keeps refused changes; the numbers come back in the order of the rows. One that a later change of its batch mends is closed at once.
insert into hub.quarantine (source, stream, sequence, index, type, key, payload, violations, rules, recorded_at, state, closed_at)
select q.source, q.stream, q.sequence, q.index, q.type, q.key, q.payload, q.violations::jsonb, q.rules::text[], $10,
  case when q.is_mended then 'RESOLVED' else 'OPEN' end,
  case when q.is_mended then $10 end
from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::text[], $11::boolean[])
  with ordinality as q (source, stream, sequence, index, type, key, payload, violations, rules, is_mended, number)
order by q.number
returning id;
