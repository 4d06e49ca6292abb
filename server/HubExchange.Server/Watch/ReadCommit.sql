-- Whether a transaction ends with an entry, and when it was recorded. Index: primary key of hub.change.
select position = commit_position, recorded_at
from hub.change
where position = $1;
