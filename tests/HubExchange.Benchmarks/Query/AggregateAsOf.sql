-- The same as of an instant ($1) and a day ($2): the latest version of each source, then the source that counts.
, version as (
  select distinct on (hub_key, hub_source) hub_key, hub_source, hub_deleted, reporting_unit, zone_ids
  from (
    select hub_key, hub_source, hub_deleted, hub_effective_from, hub_recorded_at, hub_revision, reporting_unit, zone_ids
    from enterprise.organization
    union all
    select hub_key, hub_source, hub_deleted, hub_effective_from, hub_recorded_at, hub_revision, reporting_unit, zone_ids
    from enterprise.organization_version) v
  where hub_recorded_at <= $1 and hub_effective_from <= $2
  order by hub_key, hub_source, hub_effective_from desc, hub_revision desc
),
known as (
  select distinct on (hub_key) hub_key, reporting_unit, zone_ids
  from version
  where not hub_deleted
  order by hub_key, hub_source <> 'HUB', hub_source
),
part as (
  select reporting_unit, zone_ids, count(*) as records from known group by 1, 2
)
select p.reporting_unit, m.layout_zone, sum(p.records)::bigint
from part p
left join lateral (select distinct m.layout_zone from member m where m.zone_id = any (p.zone_ids)) m on true
group by 1, 2
