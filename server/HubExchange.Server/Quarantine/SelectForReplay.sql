-- Open changes of a node after a number in the order of their arrival, by their numbers or by type and rule, without their content.
-- Primary key or index quarantine_open_source.
select id, type, coalesce(octet_length(payload), 0) as size
from hub.quarantine
where id > @after
  and source = @source
  and state = 'OPEN'
  and (@type = '' or type = @type)
  and (@rule = '' or @rule = any (rules))
  and (not @byIds or id = any (@ids))
order by id
limit @limit;
