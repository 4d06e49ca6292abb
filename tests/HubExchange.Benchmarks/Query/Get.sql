-- A record with everything about it. Index: partial (hub_key) where hub_consolidated.
select hub_key, hub_source, hub_revision, hub_effective_from, hub_recorded_at, hub_hash, hub_deleted, hub_consolidated, hub_warnings,
  hub_payload, hub_provenance::text, hub_disputed
from enterprise.organization
where hub_consolidated and hub_key = $1
