-- Revokes a token; the first revocation stays. Returns a row when the token exists. Index: primary key.
update hub.token
set revoked_at = coalesce(revoked_at, @now)
where id = @id
returning id;
