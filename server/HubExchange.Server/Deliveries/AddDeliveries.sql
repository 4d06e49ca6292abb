-- Deliveries of some calls.
insert into hub.delivery (delivered_at, receiver, role, node, way, type, key, source, revision)
select clock_timestamp(), d.*
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[]) d;
