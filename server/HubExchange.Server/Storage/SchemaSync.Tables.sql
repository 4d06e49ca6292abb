-- Every relation in the schemas @schemas with its comment.
select
  n.nspname as schema,
  c.relname as name,
  c.relkind in ('r', 'p') as istable,
  coalesce(obj_description(c.oid, 'pg_class'), '') as label
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (@schemas)
  and c.relkind in ('r', 'p', 'v', 'm', 'f');
