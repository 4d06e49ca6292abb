-- Where the scheduler (Quartz 4.7) keeps jobs, triggers and hubs, in a schema of its own; names and types are those it asks for.
create schema hub_quartz;

create table hub_quartz.qrtz_job_details
(
  sched_name text not null,
  job_name text not null,
  job_group text not null,
  description text,
  job_class_name text not null,
  is_durable bool not null,
  is_nonconcurrent bool not null,
  is_update_data bool not null,
  requests_recovery bool not null,
  job_data bytea,
  primary key (sched_name, job_name, job_group)
);
create table hub_quartz.qrtz_triggers
(
  sched_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  job_name text not null,
  job_group text not null,
  description text,
  next_fire_time bigint,
  prev_fire_time bigint,
  priority integer,
  trigger_state text not null,
  trigger_type text not null,
  start_time bigint not null,
  end_time bigint,
  calendar_name text,
  misfire_instr smallint,
  misfire_orig_fire_time bigint,
  execution_group varchar(200),
  preferred_node varchar(200),
  preferred_node_auto bool not null default false,
  retry_policy varchar(250),
  retry_attempt integer,
  continues_trigger_name text,
  continues_trigger_group text,
  continuation_condition integer,
  overlap_policy integer,
  pause_reason varchar(250),
  paused_by varchar(200),
  paused_at bigint,
  misfire_threshold bigint,
  fixed_delay bool,
  job_data bytea,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, job_name, job_group) references hub_quartz.qrtz_job_details (sched_name, job_name, job_group)
);
create table hub_quartz.qrtz_simple_triggers
(
  sched_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  repeat_count bigint not null,
  repeat_interval bigint not null,
  times_triggered bigint not null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references hub_quartz.qrtz_triggers (sched_name, trigger_name, trigger_group) on delete cascade
);
create table hub_quartz.qrtz_cron_triggers
(
  sched_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  cron_expression text not null,
  time_zone_id text,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references hub_quartz.qrtz_triggers (sched_name, trigger_name, trigger_group) on delete cascade
);
create table hub_quartz.qrtz_simprop_triggers
(
  sched_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  str_prop_1 text,
  str_prop_2 text,
  str_prop_3 text,
  int_prop_1 integer,
  int_prop_2 integer,
  long_prop_1 bigint,
  long_prop_2 bigint,
  dec_prop_1 numeric,
  dec_prop_2 numeric,
  bool_prop_1 bool,
  bool_prop_2 bool,
  time_zone_id text,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references hub_quartz.qrtz_triggers (sched_name, trigger_name, trigger_group) on delete cascade
);
create table hub_quartz.qrtz_blob_triggers
(
  sched_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  blob_data bytea,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references hub_quartz.qrtz_triggers (sched_name, trigger_name, trigger_group) on delete cascade
);
create table hub_quartz.qrtz_calendars
(
  sched_name text not null,
  calendar_name text not null,
  calendar bytea not null,
  primary key (sched_name, calendar_name)
);
create table hub_quartz.qrtz_paused_trigger_grps
(
  sched_name text not null,
  trigger_group text not null,
  pause_reason varchar(250),
  paused_by varchar(200),
  paused_at bigint,
  primary key (sched_name, trigger_group)
);
create table hub_quartz.qrtz_paused_job_grps
(
  sched_name text not null,
  job_group text not null,
  pause_reason varchar(250),
  paused_by varchar(200),
  paused_at bigint,
  primary key (sched_name, job_group)
);
create table hub_quartz.qrtz_fired_triggers
(
  sched_name text not null,
  entry_id text not null,
  trigger_name text not null,
  trigger_group text not null,
  instance_name text not null,
  fired_time bigint not null,
  sched_time bigint not null,
  priority integer not null,
  state text not null,
  job_name text,
  job_group text,
  is_nonconcurrent bool not null,
  requests_recovery bool,
  execution_group varchar(200),
  progress integer,
  progress_message varchar(250),
  interrupt_requested_time bigint,
  primary key (sched_name, entry_id)
);
create table hub_quartz.qrtz_scheduler_state
(
  sched_name text not null,
  instance_name text not null,
  last_checkin_time bigint not null,
  checkin_interval bigint not null,
  quartz_version varchar(20),
  primary key (sched_name, instance_name)
);
create table hub_quartz.qrtz_locks
(
  sched_name text not null,
  lock_name text not null,
  primary key (sched_name, lock_name)
);
create table hub_quartz.qrtz_execution_history
(
  sched_name text not null,
  entry_id text not null,
  instance_name text not null,
  job_name text not null,
  job_group text not null,
  trigger_name text not null,
  trigger_group text not null,
  fired_time bigint not null,
  run_time bigint not null,
  succeeded bool not null,
  error_message text,
  retry_attempt integer not null default 0,
  retry_scheduled bool not null default false,
  execution_log text,
  result integer,
  summary text,
  metrics text,
  manual bool,
  fire_instance_id text,
  job_input text,
  job_input_too_large bool,
  primary key (sched_name, entry_id)
);
create table hub_quartz.qrtz_misfire_history
(
  sched_name text not null,
  entry_id text not null,
  instance_name text not null,
  trigger_name text not null,
  trigger_group text not null,
  job_name text,
  job_group text,
  misfire_time bigint not null,
  sched_time bigint,
  reason integer,
  primary key (sched_name, entry_id)
);
create table hub_quartz.qrtz_job_status
(
  sched_name text not null,
  job_group text not null,
  job_name text not null,
  first_fired_time bigint not null,
  last_fired_time bigint not null,
  last_result integer not null,
  last_run_time bigint not null,
  last_instance_name text not null,
  last_entry_id text,
  last_summary text,
  last_success_time bigint,
  last_failure_time bigint,
  last_failure_message text,
  consecutive_failures integer not null default 0,
  run_count bigint not null default 0,
  failure_count bigint not null default 0,
  primary key (sched_name, job_group, job_name)
);
create index idx_qrtz_j_g_n ON hub_quartz.qrtz_job_details (sched_name, job_group, job_name);
create index idx_qrtz_t_j ON hub_quartz.qrtz_triggers (sched_name, job_name, job_group);
create index idx_qrtz_t_g_n ON hub_quartz.qrtz_triggers (sched_name, trigger_group, trigger_name);
create index idx_qrtz_t_c ON hub_quartz.qrtz_triggers (sched_name, calendar_name);
create index idx_qrtz_t_nft_st ON hub_quartz.qrtz_triggers (sched_name, trigger_state, next_fire_time asc, priority desc, misfire_instr);
create index idx_qrtz_ft_inst_job_req_rcvry ON hub_quartz.qrtz_fired_triggers (sched_name, instance_name, requests_recovery);
create index idx_qrtz_ft_j_g ON hub_quartz.qrtz_fired_triggers (sched_name, job_name, job_group);
create index idx_qrtz_ft_t_g ON hub_quartz.qrtz_fired_triggers (sched_name, trigger_name, trigger_group);
create index idx_qrtz_eh_fired_time ON hub_quartz.qrtz_execution_history (sched_name, fired_time);
create index idx_qrtz_eh_inst ON hub_quartz.qrtz_execution_history (sched_name, instance_name);
create index idx_qrtz_mh_misfire_time ON hub_quartz.qrtz_misfire_history (sched_name, misfire_time);
create index idx_qrtz_mh_inst ON hub_quartz.qrtz_misfire_history (sched_name, instance_name);
create index idx_qrtz_eh_job_time ON hub_quartz.qrtz_execution_history (sched_name, job_group, job_name, fired_time);
create index idx_qrtz_eh_fire_inst ON hub_quartz.qrtz_execution_history (sched_name, fire_instance_id);
create index idx_qrtz_eh_trig_time ON hub_quartz.qrtz_execution_history (sched_name, trigger_group, trigger_name, fired_time);

-- The hub's own side: the fencing token of each job and the history of its runs.
create table hub.job
(
  id text not null,
  token bigint not null default 0,
  constraint job_pk primary key (id)
);
comment on table hub.job is 'Fencing tokens of jobs 定时任务';
comment on column hub.job.token is 'Counts who was given a run; only the last one may commit';

create table hub.job_run
(
  id bigint not null generated always as identity,
  job text not null,
  slot timestamptz not null,
  state text not null,
  requested_by text not null default '',
  hub text not null default '',
  token bigint not null default 0,
  attempts integer not null default 0,
  cursor text,
  started_at timestamptz,
  progressed_at timestamptz not null,
  ended_at timestamptz,
  steps integer not null default 0,
  examined bigint not null default 0,
  raised bigint not null default 0,
  resolved bigint not null default 0,
  changed bigint not null default 0,
  problem text not null default '',
  constraint job_run_pk primary key (id),
  constraint job_run_slot unique (job, slot),
  constraint job_run_state check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  constraint job_run_ended check ((state in ('SUCCEEDED', 'FAILED')) = (ended_at is not null))
);
comment on table hub.job_run is 'Runs of jobs: one for a slot of the schedule 任务运行记录';
comment on column hub.job_run.slot is 'When it was to run, or when somebody asked for it';
comment on column hub.job_run.cursor is 'Where the next step begins';
create index job_run_job on hub.job_run (job, id desc);
create index job_run_unfinished on hub.job_run (job, slot) where state in ('QUEUED', 'RUNNING');
