-- Scores of a source over some days, oldest first. Primary key.
select day as "Day", total as "Total", rank as "Rank"
from hub.quality_score
where source = @source
  and day > @after
  and day <= @day
order by day;
