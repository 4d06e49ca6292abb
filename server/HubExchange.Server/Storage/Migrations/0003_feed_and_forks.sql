-- The change feed, and the forks that were refused.

create table hub.change
(
  position bigint not null,
  type text not null,
  key text not null,
  source text not null,
  revision bigint not null,
  operation text not null,
  consolidated boolean not null,
  recorded_at timestamptz not null,
  constraint change_pk primary key (position)
);

create table hub.feed
(
  is_only boolean not null default true,
  position bigint not null default 0,
  constraint feed_pk primary key (is_only),
  constraint feed_one_row check (is_only)
) with (fillfactor = 10);
comment on table hub.feed is 'Last position of the change feed; one row 变更流末位';
insert into hub.feed default values;

comment on table hub.change is 'Change feed: every version in the order of the commits 变更流';
comment on column hub.change.position is 'Given out last in a transaction, under a lock: a reader that saw a position saw every smaller one';
comment on column hub.change.operation is 'U 新增或更新, D 删除, B 补录历史版本';
comment on column hub.change.consolidated is 'Consolidated views show this record, or none any more, from here on';

create table hub.fork
(
  id bigint not null generated always as identity,
  source text not null,
  stream text not null,
  sequence bigint not null,
  type text not null,
  committed_digest bytea not null,
  received_digest bytea not null,
  recorded_at timestamptz not null,
  constraint fork_pk primary key (id)
);
comment on table hub.fork is 'Frames refused because another content was committed under their sequence 流分叉';
create index fork_stream on hub.fork (source, stream, id desc);

-- Consolidation goes by the kind of the source and field by field now; a rank for the whole record says too little.
do $$
declare
  entity record;
begin
  for entity in
    select table_schema, table_name
    from information_schema.columns
    where column_name = 'hub_rank'
  loop
    execute format('alter table %I.%I add column hub_source_kind text', entity.table_schema, entity.table_name);
    if to_regclass('hub.node') is not null then
      execute format(
        'update %I.%I r set hub_source_kind = n.kind from hub.node n where n.hub_key = r.hub_source and n.hub_consolidated',
        entity.table_schema, entity.table_name);
    end if;
    execute format('alter table %I.%I drop column hub_rank', entity.table_schema, entity.table_name);
  end loop;
end $$;
