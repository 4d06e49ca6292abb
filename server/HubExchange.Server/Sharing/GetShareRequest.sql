-- One share request, if the node may see it. Primary key.
select (to_jsonb(r) || jsonb_build_object('light', hub.share_light(r, @today)))::text
from hub.share_request r
where r.id = @id
  and (@node = '' or r.asker = @node or r.provider = @node);
