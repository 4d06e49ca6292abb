-- The last day with scores up to a day. Index quality_score_day.
select max(day)
from hub.quality_score
where day <= @day;
