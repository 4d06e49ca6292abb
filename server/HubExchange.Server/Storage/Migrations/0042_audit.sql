-- The audit. An entry is added and never changed; its hash continues that of the entry before, so that a change past the triggers is found.
create table hub.audit
(
  position bigint not null,
  recorded_at timestamptz not null,
  event text not null,
  caller text not null,
  role text not null,
  node text not null,
  method text not null,
  type text not null,
  reason text not null,
  detail text not null,
  records bigint not null,
  cut_fields text[] not null,
  masked_fields text[] not null,
  withheld boolean not null,
  hash bytea not null,
  constraint audit_pk primary key (position, recorded_at),
  constraint audit_event check (event in ('READ', 'REFUSAL'))
) partition by range (recorded_at);
comment on table hub.audit is 'Audit, append-only and hash-chained, one partition a month 审计';
comment on column hub.audit.node is 'Node whose data the caller works with; empty for people of the city';
comment on column hub.audit.withheld is 'Records of others were left out of what was asked for';
comment on column hub.audit.hash is 'SHA-256 over the hash before and the content';

create table hub.audit_head
(
  is_head boolean not null default true,
  position bigint not null,
  recorded_at timestamptz not null,
  hash bytea not null,
  dropped_position bigint not null,
  dropped_hash bytea not null,
  constraint audit_head_pk primary key (is_head),
  constraint audit_head_single check (is_head)
);
comment on table hub.audit_head is 'Both ends of the audit';
comment on column hub.audit_head.dropped_position is 'Last entry that went with a month that was kept long enough; 0 when none did';
comment on column hub.audit_head.dropped_hash is 'Its hash, which the oldest entry that is kept continues';
insert into hub.audit_head (position, recorded_at, hash, dropped_position, dropped_hash)
values (0, '-infinity', decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'));

create function hub.refuse_audit_change() returns trigger
language plpgsql as $$
begin
  raise exception 'The audit is append-only: % of % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- Partitions have the trigger for rows from their parent; that for truncate each gets when it is made.
create trigger audit_unchanged before update or delete on hub.audit for each row execute function hub.refuse_audit_change();
create trigger audit_untruncated before truncate on hub.audit for each statement execute function hub.refuse_audit_change();
create trigger audit_head_kept before delete on hub.audit_head for each row execute function hub.refuse_audit_change();
create trigger audit_head_untruncated before truncate on hub.audit_head for each statement execute function hub.refuse_audit_change();

-- A text as it goes into a hash: its length in bytes, then UTF-8.
create function hub.audit_bytes(value text) returns bytea
language sql stable as $$
  select int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')
$$;

-- Adds entries to the end of the chain. Whoever else adds waits until the transaction ends, so positions and instants follow each other.
create function hub.add_audit(
  events text[], callers text[], roles text[], nodes text[], methods text[], types text[], reasons text[], details text[],
  counts bigint[], cut text[], masked text[], withholds boolean[]) returns void
language plpgsql as $$
declare
  head hub.audit_head;
  entry record;
begin
  select * into strict head from hub.audit_head for update;
  head.recorded_at := greatest(head.recorded_at, clock_timestamp());
  for entry in
    select *
    from unnest(events, callers, roles, nodes, methods, types, reasons, details, counts, cut, masked, withholds)
      with ordinality as e (event, caller, role, node, method, type, reason, detail, records, cut_fields, masked_fields, withheld, number)
    order by number
  loop
    head.position := head.position + 1;
    head.hash := sha256(
      head.hash || int8send(head.position) || int8send((extract(epoch from head.recorded_at) * 1000000)::bigint)
      || hub.audit_bytes(entry.event) || hub.audit_bytes(entry.caller) || hub.audit_bytes(entry.role) || hub.audit_bytes(entry.node)
      || hub.audit_bytes(entry.method) || hub.audit_bytes(entry.type) || hub.audit_bytes(entry.reason) || hub.audit_bytes(entry.detail)
      || int8send(entry.records) || hub.audit_bytes(entry.cut_fields) || hub.audit_bytes(entry.masked_fields)
      || int4send(entry.withheld::integer));
    insert into hub.audit (
      position, recorded_at, event, caller, role, node, method, type, reason, detail, records, cut_fields, masked_fields, withheld, hash)
    values (
      head.position, head.recorded_at, entry.event, entry.caller, entry.role, entry.node, entry.method, entry.type, entry.reason, entry.detail,
      entry.records, string_to_array(entry.cut_fields, ','), string_to_array(entry.masked_fields, ','), entry.withheld, head.hash);
  end loop;
  update hub.audit_head set position = head.position, recorded_at = head.recorded_at, hash = head.hash;
end $$;

-- Makes the partitions of this month and the next two, and drops those whose last day is longer ago than days, the oldest first: where the
-- chain then begins is kept. Returns how many it dropped.
create function hub.keep_audit(today date, days integer) returns integer
language plpgsql as $$
declare
  month date;
  name text;
  old record;
  last record;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(7163384742);
  for ahead in 0..2 loop
    month := (date_trunc('month', today) + make_interval(months => ahead))::date;
    name := 'audit_' || to_char(month, 'YYYYMM');
    if to_regclass('hub.' || name) is null then
      execute format(
        'create table hub.%I partition of hub.audit for values from (%L) to (%L)',
        name, month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
      execute format(
        'create trigger audit_untruncated before truncate on hub.%I for each statement execute function hub.refuse_audit_change()', name);
    end if;
  end loop;
  for old in
    select c.relname
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'hub.audit'::regclass
    and to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' + make_interval(days => days) <= today
    order by c.relname
  loop
    execute format('select position, hash from hub.%I order by position desc limit 1', old.relname) into last;
    if last.position is not null then
      update hub.audit_head set dropped_position = last.position, dropped_hash = last.hash;
    end if;
    execute format('drop table hub.%I', old.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
