-- A source attends no more, unless a later attendance took over. Primary key.
delete from hub.attendance
where source = @source
  and stream = @stream
  and id = @id;
