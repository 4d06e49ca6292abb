-- The first page of the organisations of a unit in an industry. Index: partial (reporting_unit, hub_key), (industry_code, hub_key) where hub_consolidated.
select hub_key, hub_source, hub_revision, hub_effective_from, hub_recorded_at, hub_hash, hub_deleted, hub_consolidated, hub_warnings,
  hub_payload, hub_provenance::text, hub_disputed
from enterprise.organization
where hub_consolidated and reporting_unit = $1 and industry_code = $2
order by hub_key
limit 51
