-- Lets one transaction at a time write for each of the sources, over all their streams and types. Held until commit; taken in one
-- order, so that batches of two hubs cannot block each other.
select pg_advisory_xact_lock(source.lock)
from (
  select distinct hashtextextended('hub.source:' || name, 0) as lock
  from unnest($1::text[]) as name
  order by lock
) source;
