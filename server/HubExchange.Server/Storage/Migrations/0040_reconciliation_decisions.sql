-- What was decided about reconciliations: by which one that waited was settled, and what took a repair back.
alter table hub.reconciliation add column settled_by bigint;
comment on column hub.reconciliation.settled_by is 'The reconciliation that took the place of this one while it waited';

alter table hub.reconciliation_difference add column undone_revision bigint not null default 0;
comment on column hub.reconciliation_difference.undone_revision is 'Revision that took the repair back; 0 for none';
create index reconciliation_difference_undone on hub.reconciliation_difference (key) where outcome = 'UNDONE';
