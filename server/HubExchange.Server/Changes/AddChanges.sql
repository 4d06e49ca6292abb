-- Appends to the feed in the order given. Index: primary key.
insert into hub.change (type, key, source, revision, operation, consolidated, recorded_at)
select $1, c.key, c.source, c.revision, c.operation, c.consolidated, $2
from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[])
  with ordinality as c (key, source, revision, operation, consolidated, number)
order by c.number;
