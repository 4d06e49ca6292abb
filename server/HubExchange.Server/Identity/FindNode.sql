-- The kind of a registered node, as the name of its code. Index: node_consolidated.
select kind
from hub.node
where hub_key = @node
  and hub_consolidated
  and not hub_deleted;
