-- Gives a stream to a new connection. The epoch fences every older connection: whoever locks the stream compares it. A client that knows
-- of fewer sequences than the hub gets nothing and fences nobody.
insert into hub.stream as s (source, stream, epoch, sequence, connected_at)
values (@source, @stream, 1, 0, now())
on conflict (source, stream) do update
set epoch = s.epoch + 1,
    connected_at = excluded.connected_at
where @lastSequence::bigint is null
  or s.sequence <= @lastSequence
returning source, stream, epoch, sequence;
