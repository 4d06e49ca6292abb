-- Digest of a committed frame, to tell a replay from a fork. Primary key.
select digest
from hub.frame
where source = @source
  and stream = @stream
  and sequence = @sequence;
