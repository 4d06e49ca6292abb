-- One share request, locked until the commit, so that two moves follow each other. Primary key.
select to_jsonb(r)::text
from hub.share_request r
where r.id = @id
  and (@node = '' or r.asker = @node or r.provider = @node)
for update;
