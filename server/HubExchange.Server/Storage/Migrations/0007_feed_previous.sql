-- What an entry of the feed takes the place of, and where its transaction ends. Entries from before know neither: the feed begins anew.
truncate hub.change;
alter table hub.change
  add column previous_source text,
  add column previous_revision bigint,
  add column commit_position bigint not null;
comment on column hub.change.operation is 'U 新增或更新, D 删除, B 补录历史版本, S 原版本重新成为归集结果';
comment on column hub.change.previous_source is 'Source of the version before, if it is not the same one';
comment on column hub.change.previous_revision is
  'Version whose place this one takes: in consolidated views if consolidated, else among those of its source; null if there was none 被取代的版本';
comment on column hub.change.commit_position is 'Position of the last entry of the same transaction 同一事务的末位';
