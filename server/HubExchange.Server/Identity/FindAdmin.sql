-- Says whether somebody can sign in with a role. Small table, no index.
select exists (
  select
  from hub.token
  where role = @role
    and revoked_at is null
    and expires_at > @now
);
