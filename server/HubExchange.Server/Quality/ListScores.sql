-- Scores of a day by rank, of one source or all. Primary key, or index quality_score_day.
select s.source as "Source", coalesce(n.name, '') as "Name", s.day as "Day", s.rank as "Rank", s.total as "Total", s.conformity as "Conformity",
  s.completeness as "Completeness", s.accuracy as "Accuracy", s.consistency as "Consistency", s.timeliness as "Timeliness",
  s.accessibility as "Accessibility", s.computed_at as "ComputedAt"
from hub.quality_score s
left join hub.node n on n.hub_key = s.source and n.hub_consolidated
where s.day = @day
  and (@source = '' or s.source = @source)
order by (s.rank = 0), s.rank, s.source collate "C"
limit 1000;
