-- The hub's own tables: streams and their frames, quarantine, certificates and tokens.
-- The schema itself exists already: the journal of migrations stands in it.

create table hub.stream
(
  source text not null,
  stream text not null,
  epoch bigint not null default 0,
  sequence bigint not null default 0,
  connected_at timestamptz,
  constraint stream_pk primary key (source, stream),
  constraint stream_epoch_not_negative check (epoch >= 0),
  constraint stream_sequence_not_negative check (sequence >= 0)
);
comment on table hub.stream is 'Progress of every stream of every source 推送进度';
comment on column hub.stream.source is 'Node that pushes';
comment on column hub.stream.stream is 'Name the source gave the stream';
comment on column hub.stream.epoch is 'Counts the connections; a connection of an older epoch is fenced';
comment on column hub.stream.sequence is 'Last committed sequence; 0 before the first';
comment on column hub.stream.connected_at is 'Last hello';

create table hub.frame
(
  source text not null,
  stream text not null,
  sequence bigint not null,
  type text not null,
  digest bytea not null,
  changes integer not null default 0,
  stored integer not null default 0,
  unchanged integer not null default 0,
  deleted integer not null default 0,
  quarantined integer not null default 0,
  recorded_at timestamptz not null default now(),
  constraint frame_pk primary key (source, stream, sequence)
);
comment on table hub.frame is 'Committed frames: what became of each, and the digest that tells a replay from a fork 已提交的数据帧';
comment on column hub.frame.digest is 'Digest of the content as received';
comment on column hub.frame.changes is 'Changes in the frame: stored + unchanged + deleted + quarantined';

create table hub.quarantine
(
  id bigint not null generated always as identity,
  source text not null,
  stream text,
  sequence bigint,
  index integer,
  type text not null,
  key text,
  payload bytea,
  violations jsonb not null,
  rules text[] not null,
  recorded_at timestamptz not null default now(),
  constraint quarantine_pk primary key (id)
);
comment on table hub.quarantine is 'Refused changes with the rules they violate 隔离区';
comment on column hub.quarantine.index is 'Place in the frame, from 0';
comment on column hub.quarantine.key is 'Key of the record, where it could be read';
comment on column hub.quarantine.payload is 'The record as received';
comment on column hub.quarantine.violations is 'Every violated rule with field, texts and value';
comment on column hub.quarantine.rules is 'Ids of the violated rules';
create index quarantine_source on hub.quarantine (source, id desc);
create index quarantine_type on hub.quarantine (type, id desc);
create index quarantine_rules on hub.quarantine using gin (rules);

create table hub.certificate
(
  thumbprint text not null,
  node text not null,
  serial text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  issued_at timestamptz not null default now(),
  issued_by text not null,
  revoked_at timestamptz,
  revoke_reason text,
  constraint certificate_pk primary key (thumbprint),
  constraint certificate_serial_unique unique (serial),
  constraint certificate_validity check (not_before < not_after)
);
comment on table hub.certificate is 'Certificates issued to nodes 节点证书';
create index certificate_node on hub.certificate (node, issued_at desc);

create table hub.token
(
  id text not null,
  hash bytea not null,
  subject text not null,
  role text not null,
  node text not null default '',
  issued_at timestamptz not null default now(),
  issued_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  constraint token_pk primary key (id),
  constraint token_hash_unique unique (hash)
);
comment on table hub.token is 'Access tokens of people and programs 访问令牌';
comment on column hub.token.hash is 'Digest of the token; the token itself is never stored';
comment on column hub.token.node is 'Node whose data the token is for; empty for people of the city';
