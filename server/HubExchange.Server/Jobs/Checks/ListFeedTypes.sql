-- Types of the entries of a part of the feed. Primary key.
select distinct type
from hub.change
where position > @after
  and position <= @until;
