-- The registered certificate with a thumbprint. Index: primary key.
select
  node,
  revoked_at is not null as IsRevoked
from hub.certificate
where thumbprint = @thumbprint;
