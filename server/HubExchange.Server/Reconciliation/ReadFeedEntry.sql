-- What stands in the feed at a position: it is another one in a database that was restored and written on. Primary key.
select type || ' ' || source || ' ' || revision || ' ' || (extract(epoch from recorded_at) * 1000000)::bigint || ' ' || key
from hub.change
where position = $1;
