-- How many records wait to be deleted. Primary key.
select count(*)
from hub.snapshot_deletion
where snapshot_id = @id;
