-- Registers a token. Only its hash is stored.
insert into hub.token (id, hash, subject, role, node, issued_at, issued_by, expires_at)
values (@id, @hash, @subject, @role, @node, @issued_at, @issued_by, @expires_at);
