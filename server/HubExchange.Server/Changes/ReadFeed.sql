-- The entries after a position, in order. Index: primary key of hub.change.
select position, type, key, source, revision, operation, consolidated, recorded_at, previous_source, previous_revision, commit_position
from hub.change
where position > $1
  and position <= $2
order by position
limit $3;
