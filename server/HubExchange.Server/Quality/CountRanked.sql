-- Sources with a rank on a day. Index quality_score_day.
select count(*)
from hub.quality_score
where day = @day
  and rank > 0;
