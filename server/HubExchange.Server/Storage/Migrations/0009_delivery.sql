-- Who was given which version of which record: so that a correction names everybody who holds what it corrects.
create table hub.delivery
(
  delivered_at timestamptz not null,
  receiver text not null,
  role text not null,
  node text not null,
  way text not null,
  type text not null,
  key text not null,
  source text not null,
  revision bigint not null,
  constraint delivery_way check (way in ('WATCH', 'READ', 'EXPORT'))
) partition by range (delivered_at);
comment on table hub.delivery is 'Ledger of deliveries, one partition a month 送达台账';
comment on column hub.delivery.receiver is 'Node id, or name on the token of a person';
comment on column hub.delivery.node is 'Node whose data the receiver works with; empty for people of the city';
create index delivery_record on hub.delivery (type, key);

-- Makes the partitions of this month and the next two, and drops those whose last day is longer ago than days. Returns how many it dropped.
create function hub.keep_deliveries(today date, days integer) returns integer
language plpgsql as $$
declare
  month date;
  old record;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(7163384713);
  for ahead in 0..2 loop
    month := (date_trunc('month', today) + make_interval(months => ahead))::date;
    if to_regclass('hub.delivery_' || to_char(month, 'YYYYMM')) is null then
      execute format(
        'create table hub.%I partition of hub.delivery for values from (%L) to (%L)',
        'delivery_' || to_char(month, 'YYYYMM'), month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    end if;
  end loop;
  for old in
    select c.relname
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'hub.delivery'::regclass
    and to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' + make_interval(days => days) <= today
  loop
    execute format('drop table hub.%I', old.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
