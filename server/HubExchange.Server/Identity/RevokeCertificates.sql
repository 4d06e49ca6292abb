-- Revokes every certificate of a node. Returns how many there are at all and how many were valid before.
-- Index: certificate_node.
with known as (
  select thumbprint, revoked_at is null and not_after > @now as was_valid
  from hub.certificate
  where node = @node
), revoked as (
  update hub.certificate
  set revoked_at = @now,
      revoke_reason = @reason
  where node = @node
    and revoked_at is null
)
select
  count(*)::int as Known,
  (count(*) filter (where was_valid))::int as Revoked
from known;
