-- Opens a snapshot. The source is locked and has none open of the type: index snapshot_open.
insert into hub.snapshot (source, type, stream, begin_sequence, begun_at, progressed_at)
values (@source, @type, @stream, @sequence, @at, @at)
returning id;
