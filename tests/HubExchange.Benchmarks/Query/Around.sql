-- The CTEs of every statement about places: zones with all around them, zones of the default layout, divisions of the units.
with recursive around (zone_id, place) as (
  select hub_key, hub_key from region.zone where hub_consolidated
  union
  select a.zone_id, z.parent_zone_id
  from around a join region.zone z on z.hub_key = a.place and z.hub_consolidated
  where z.parent_zone_id is not null
),
member (zone_id, layout_zone) as (
  select distinct a.zone_id, l.zone ->> 'id'
  from region.layout y
  cross join jsonb_array_elements(y.zones) as l (zone)
  join around a on l.zone -> 'zone_ids' ? a.place
  where y.hub_consolidated and y.is_default
),
unit (unit, division) as (
  select hub_key, unnest(divisions) from region.reporting_unit where hub_consolidated
)
