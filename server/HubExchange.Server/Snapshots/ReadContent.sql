-- How much an open snapshot holds. Primary key.
select changes, doubtful
from hub.snapshot
where id = $1;
