-- Scores of quality by source and day, and what they are made of.
create table hub.quality_score
(
  source text not null,
  day date not null,
  rank integer not null,
  total numeric(5, 2),
  conformity numeric(5, 2),
  completeness numeric(5, 2),
  accuracy numeric(5, 2),
  consistency numeric(5, 2),
  timeliness numeric(5, 2),
  accessibility numeric(5, 2),
  computed_at timestamptz not null,
  constraint quality_score_pk primary key (source, day),
  constraint quality_score_rank check ((rank = 0) = (total is null))
);
comment on table hub.quality_score is 'Quality of what sources report, in per cent; null for what cannot be measured 数据质量评分';
create index quality_score_day on hub.quality_score (day, rank);

create table hub.quality_measure
(
  source text not null,
  day date not null,
  measure text not null,
  good bigint not null,
  examined bigint not null,
  constraint quality_measure_pk primary key (source, day, measure),
  constraint quality_measure_share check (examined > 0 and good between 0 and examined)
);
comment on table hub.quality_measure is 'Numerators and denominators of the scores 评分的分子与分母';
create index quality_measure_day on hub.quality_measure (day);

create table hub.quality_tally
(
  source text not null,
  measure text not null,
  good bigint not null,
  examined bigint not null,
  constraint quality_tally_pk primary key (source, measure)
);
comment on table hub.quality_tally is 'What the run under way has counted so far 本次评分的中间计数';

create table hub.attendance_day
(
  source text not null,
  day date not null,
  constraint attendance_day_pk primary key (source, day)
);
comment on table hub.attendance_day is 'Days on which a source kept its control stream open, Asia/Shanghai 来源值守的日期';
