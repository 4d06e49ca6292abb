-- Sources and types with a checkpoint. Reads the table through, without the contents.
select source as "Source", type as "Type"
from hub.live_set;
