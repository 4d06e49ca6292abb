-- Which of the changes there are, of one node unless @node is empty, and whether each is open. Primary key.
select id, state = 'OPEN' as "IsOpen"
from hub.quarantine
where id = any (@ids)
  and (@node = '' or source = @node);
