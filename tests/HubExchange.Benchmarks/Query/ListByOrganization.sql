-- The first page of the contracts of an organisation. Index: partial (seller_uscc, hub_key) where hub_consolidated.
select hub_key, hub_source, hub_revision, hub_effective_from, hub_recorded_at, hub_hash, hub_deleted, hub_consolidated, hub_warnings,
  hub_payload, hub_provenance::text, hub_disputed
from technology.tech_contract
where hub_consolidated and seller_uscc = $1
order by hub_key
limit 51
