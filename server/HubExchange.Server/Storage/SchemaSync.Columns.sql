-- Every column of the tables in the schemas @schemas with its type and comment.
select
  n.nspname as schema,
  c.relname as "table",
  a.attname as name,
  format_type(a.atttypid, a.atttypmod) as sqltype,
  a.attnotnull as isrequired,
  a.atthasdef or a.attidentity <> '' as hasdefault,
  coalesce(col_description(c.oid, a.attnum), '') as label
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (@schemas)
  and c.relkind in ('r', 'p')
  and a.attnum > 0
  and not a.attisdropped;
