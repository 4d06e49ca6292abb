-- Organisations by unit and zone of the layout.
, part as (
  select reporting_unit, zone_ids, count(*) as records
  from enterprise.organization
  where hub_consolidated
  group by 1, 2
)
select p.reporting_unit, m.layout_zone, sum(p.records)::bigint
from part p
left join lateral (select distinct m.layout_zone from member m where m.zone_id = any (p.zone_ids)) m on true
group by 1, 2
