-- Keeps what is wrong today with a replayed change. Primary key.
update hub.quarantine
set violations = @violations::jsonb,
  rules = @rules
where id = @id;
