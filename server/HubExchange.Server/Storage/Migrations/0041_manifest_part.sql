-- Parts of full lists that sources have answered with, to go on from when a hub ended in the middle.
create table hub.manifest_part
(
  source text not null,
  type text not null,
  number integer not null,
  digest bytea not null,
  after bigint not null,
  part bytea not null,
  is_last boolean not null,
  taken_at timestamptz not null,
  constraint manifest_part_pk primary key (source, type, number)
);
comment on table hub.manifest_part is 'Parts of the full lists of sources 对账清单';
comment on column hub.manifest_part.digest is 'Count and digest of the set that the list is of';
comment on column hub.manifest_part.after is 'Last entry of the part before, as a signed number; 0 for the first';
create index manifest_part_taken on hub.manifest_part (taken_at);
