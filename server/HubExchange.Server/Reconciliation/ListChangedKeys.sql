-- Keys that changed between two positions of the feed, of sources alone. Index: primary key (position).
select distinct type, source, key
from hub.change
where position > $1
  and position <= $2
  and operation in ('U', 'D')
  and source <> 'HUB';
