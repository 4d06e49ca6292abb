-- What the score of a source on a day is made of. Primary key.
select source as "Source", measure as "Measure", good as "Good", examined as "Examined"
from hub.quality_measure
where source = @source
  and day = @day;
