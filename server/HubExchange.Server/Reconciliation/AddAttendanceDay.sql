-- Notes that a source attended on a day. Primary key.
insert into hub.attendance_day (source, day)
values ($1, $2)
on conflict do nothing;
