-- Keeps a fork that was refused.
insert into hub.fork (source, stream, sequence, type, committed_digest, received_digest, recorded_at)
values (@source, @stream, @sequence, @type, @committed, @received, @recordedAt);
