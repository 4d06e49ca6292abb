-- End of the feed and last sequence of a stream, 0 before its first. Primary keys.
select f.position, coalesce((select s.sequence from hub.stream s where s.source = $1 and s.stream = $2), 0)
from hub.feed f;
