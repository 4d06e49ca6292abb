-- The rows of the streams, locked until commit: frames of one stream are written one after the other, whoever sends them. Primary key.
select s.source, s.stream, s.epoch, s.sequence
from unnest($1::text[], $2::text[]) as k (source, stream)
join hub.stream s on s.source = k.source and s.stream = k.stream
order by s.source, s.stream
for update of s;
