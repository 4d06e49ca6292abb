-- Indexes of organisations, units and single fields now have the key behind them and other names; what they replace only costs writes.
do $$
declare
  old record;
begin
  for old in
    select i.schemaname, i.indexname
    from pg_indexes i
    join information_schema.columns c
      on c.table_schema = i.schemaname and c.table_name = i.tablename and c.column_name = 'hub_consolidated'
    where i.indexname ~ ('^' || i.tablename || '_(organization|reporting_unit|ref[0-9]+|field[0-9]+)$') and i.indexdef like '%WHERE hub_consolidated'
  loop
    execute format('drop index %I.%I', old.schemaname, old.indexname);
  end loop;
end $$;
