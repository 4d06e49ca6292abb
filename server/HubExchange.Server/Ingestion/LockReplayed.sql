-- Locks those of the changes that are still open. Primary key.
select id
from hub.quarantine
where id = any (@ids)
  and source = @source
  and state = 'OPEN'
order by id
for update;
