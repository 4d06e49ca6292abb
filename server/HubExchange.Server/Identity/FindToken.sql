-- The token with a hash. Index: unique (hash).
select
  subject,
  role,
  node,
  expires_at as ExpiresAt,
  revoked_at is not null as IsRevoked
from hub.token
where hash = @hash;
