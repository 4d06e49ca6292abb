-- What is attended for at any hub. The table has a row for each stream that attends.
select distinct a.source as "Source", t.type as "Type"
from hub.attendance a
cross join unnest(a.types) as t (type)
where a.seen_at >= @stale
order by 1, 2;
