-- The partitions of the feed whose entries are all in the past, oldest first, with their last position.
select c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint - 1 as last
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'hub.change'::regclass
order by 2;
