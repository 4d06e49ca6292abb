-- Moves the watermark of a stream and keeps what the frame was, in the transaction that wrote its records.
update hub.stream
set sequence = @sequence
where source = @source
  and stream = @stream;

insert into hub.frame (source, stream, sequence, type, digest, changes, stored, unchanged, deleted, quarantined, recorded_at)
values (@source, @stream, @sequence, @type, @digest, @changes, @stored, @unchanged, @deleted, @quarantined, @recordedAt);
