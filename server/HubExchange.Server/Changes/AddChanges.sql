-- Appends to the feed in the order given. The one row of hub.feed is locked from here to the commit, so positions are without gaps and
-- become visible in their order. $10 is the number of entries of the transaction from here on. Returns the position before them.
-- Index: primary key.
with feed as (
  update hub.feed
  set position = position + cardinality($3::text[]), recorded_at = greatest(recorded_at, $2)
  returning position - cardinality($3::text[]) as position
), added as (
  insert into hub.change (
    position, type, key, source, revision, operation, consolidated, recorded_at, previous_source, previous_revision, commit_position)
  select feed.position + c.number, $1, c.key, c.source, c.revision, c.operation, c.consolidated, $2,
    c.previous_source, nullif(c.previous_revision, 0), feed.position + $10
  from feed
  cross join unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[], $8::text[], $9::bigint[])
    with ordinality as c (key, source, revision, operation, consolidated, previous_source, previous_revision, number)
)
select position from feed;
