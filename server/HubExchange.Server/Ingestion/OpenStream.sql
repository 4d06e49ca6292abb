-- Gives a stream to a new connection. The epoch fences every older connection: AdvanceStream and LockStream compare it.
insert into hub.stream as s (source, stream, epoch, sequence, connected_at)
values (@source, @stream, 1, 0, now())
on conflict (source, stream) do update
set epoch = s.epoch + 1,
    connected_at = excluded.connected_at
returning source, stream, epoch, sequence;
