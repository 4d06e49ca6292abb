-- The checkpoint of a source and type, if the feed reaches as far as it. Primary key.
select position, content, seal
from hub.live_set
where source = $1
  and type = $2
  and version = $3
  and position <= $4;
