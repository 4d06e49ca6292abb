-- Entries of the feed between two positions. Positions have no gap, so fewer than their distance means that some are gone. What it reads
-- cannot be dropped before the transaction ends. Index: primary key (position).
select count(*)
from hub.change
where position > $1
  and position <= $2;
