-- The parts of the list of a set, in order. Primary key.
select after, part, is_last
from hub.manifest_part
where source = $1
  and type = $2
  and digest = $3
order by number;
