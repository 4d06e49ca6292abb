-- The holders of the versions of a record after a holder. Index: (type, key) of each partition.
with held as (
  select
    source, revision, receiver, role, node, min(delivered_at) as first_at, max(delivered_at) as last_at, count(*) as deliveries,
    array_agg(distinct way order by way) as ways
  from hub.delivery
  where type = $1 and key = $2 and ($3 = '' or source = $3)
  group by source, revision, receiver, role, node)
select
  held.*,
  (
    select min(later.first_at) from held later
    where later.receiver = held.receiver and later.role = held.role and later.node = held.node
    and later.source = held.source and later.revision > held.revision)
from held
where ($4::bigint is null or revision = $4)
and ($5::text is null or (source, -revision, receiver, role, node) > ($5, -$6::bigint, $7, $8, $9))
order by source, revision desc, receiver, role, node
limit $10;
