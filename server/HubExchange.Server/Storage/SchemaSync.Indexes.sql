-- Every index of the tables in the schemas @schemas with its columns in order.
select
  n.nspname as schema,
  c.relname as "table",
  x.relname as name,
  (
    select string_agg(a.attname, ', ' order by k.place)
    from unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
  ) as columns,
  i.indisunique as isunique,
  i.indisprimary as isprimary,
  i.indisvalid as isvalid,
  coalesce(pg_get_expr(i.indpred, i.indrelid), '') as predicate
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_class x on x.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (@schemas);
