-- Registers a certificate. One that is not registered is not trusted.
insert into hub.certificate (thumbprint, node, serial, not_before, not_after, issued_at, issued_by)
values (@thumbprint, @node, @serial, @not_before, @not_after, @issued_at, @issued_by);
