-- Every node that is registered, has pushed or attended. Index node_consolidated.
select hub_key
from hub.node
where hub_consolidated
  and not hub_deleted
union
select source
from hub.stream
union
select source
from hub.attendance_day;
