-- The stream's row, locked until commit: frames of one stream are written one after the other, whoever sends them. Primary key.
select source, stream, epoch, sequence
from hub.stream
where source = @source
  and stream = @stream
for update;
