-- Appends to the feed in the order given. The one row of hub.feed is locked from here to the commit, so positions are without gaps and
-- become visible in their order. Index: primary key.
with feed as (
  update hub.feed
  set position = position + cardinality($3::text[])
  returning position - cardinality($3::text[]) as position
)
insert into hub.change (position, type, key, source, revision, operation, consolidated, recorded_at)
select feed.position + c.number, $1, c.key, c.source, c.revision, c.operation, c.consolidated, $2
from feed
cross join unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[])
  with ordinality as c (key, source, revision, operation, consolidated, number);
