-- Replaces the scores of a day and what they are made of. Primary keys, index quality_measure_day, quality_score_day.
with gone_score as (
  delete from hub.quality_score s
  where s.day = @day
    and s.source <> all (@sources)
), gone_measure as (
  delete from hub.quality_measure m
  where m.day = @day
    and not exists (
      select from unnest(@measureSources, @measures) k (source, measure) where k.source = m.source and k.measure = m.measure)
), measure as (
  insert into hub.quality_measure (source, day, measure, good, examined)
  select source, @day, measure, good, examined
  from unnest(@measureSources, @measures, @good, @examined) k (source, measure, good, examined)
  on conflict (source, day, measure) do update set good = excluded.good, examined = excluded.examined
)
insert into hub.quality_score (
  source, day, rank, total, conformity, completeness, accuracy, consistency, timeliness, accessibility, computed_at)
select source, @day, coalesce(case when total is not null then rank() over (order by total desc nulls last) end, 0), total, conformity,
  completeness, accuracy, consistency, timeliness, accessibility, @now
from jsonb_to_recordset(@scores::jsonb) s (
  source text, total numeric, conformity numeric, completeness numeric, accuracy numeric, consistency numeric, timeliness numeric,
  accessibility numeric)
on conflict (source, day) do update
set rank = excluded.rank, total = excluded.total, conformity = excluded.conformity, completeness = excluded.completeness,
  accuracy = excluded.accuracy, consistency = excluded.consistency, timeliness = excluded.timeliness,
  accessibility = excluded.accessibility, computed_at = excluded.computed_at;
