-- The schemas of @schemas that exist.
select nspname::text as name
from pg_namespace
where nspname = any (@schemas);
