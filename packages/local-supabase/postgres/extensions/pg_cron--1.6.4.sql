-- The interface of pg_cron 1.6.4: jobs are rows of cron.job, run here by the local stack (background/ of local-supabase) instead
-- of a background worker. Source: github.com/citusdata/pg_cron. Stricter than the original, which ignores what
-- follows the fifth field of a schedule and backward ranges such as 5-3: here both are invalid.

create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

alter table cron.job enable row level security;
alter table cron.job_run_details enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- Tells the scheduler to read the jobs again.
create function cron.job_cache_invalidate() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('pg_cron_changed', '');
  return null;
end
$$;
create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
for each statement execute function cron.job_cache_invalidate();

-- Schedules -------------------------------------------------------------------------------------------------------

-- A number, or the position of a name in `names` counted from `low`; null when it is neither.
create function cron._element(element text, low integer, names text[]) returns integer language sql immutable as $$
  select case
    when element ~ '^[0-9]{1,4}$' then element::integer
    else array_position(names, element) - 1 + low
  end
$$;

-- Whether `field` is a list of "*", "n" or "n-m", each but "n" with an optional "/step", within low..high.
create function cron._is_field(field text, low integer, high integer, names text[] default '{}') returns boolean
language sql immutable as $$
  select coalesce(bool_and(coalesce(
    case
      when part[1] = '*' then part[2] is null
      when part[2] is null then part[3] is null and cron._element(part[1], low, names) between low and high
      else cron._element(part[1], low, names) >= low
       and cron._element(part[2], low, names) <= high
       and cron._element(part[1], low, names) <= cron._element(part[2], low, names)
    end and coalesce(part[3]::integer, 1) > 0, false)), false)
  from unnest(string_to_array(lower(field), ',')) as item,
       regexp_match(item, '^(\*|[0-9a-z]+)(?:-([0-9a-z]+))?(?:/([0-9]{1,4}))?$') as part
$$;

create function cron._is_schedule(schedule text) returns boolean language plpgsql immutable as $$
declare
  seconds text := (regexp_match(schedule, '^\s*([0-9]{1,4})\s*seconds?\s*$', 'i'))[1];
  fields text[] := regexp_split_to_array(trim(schedule, E' \t\n'), '\s+');
begin
  if seconds is not null then
    return seconds::integer between 1 and 59;
  end if;
  if trim(schedule, E' \t\n') in ('@reboot', '@restart', '@yearly', '@annually', '@monthly', '@weekly', '@daily',
                                  '@midnight', '@hourly') then
    return true;
  end if;
  return cardinality(fields) = 5
    and cron._is_field(fields[1], 0, 59)
    and cron._is_field(fields[2], 0, 23)
    and (fields[3] = '$' or cron._is_field(fields[3], 1, 31))
    and cron._is_field(fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}')
    and cron._is_field(fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat,sun}');
end
$$;

create function cron._check(schedule text, database text, username text) returns void language plpgsql as $$
begin
  if not cron._is_schedule(schedule) then
    raise exception 'invalid schedule: %', schedule
      using errcode = 'invalid_parameter_value',
            hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
  if database is not null and not exists (select from pg_catalog.pg_database where datname = database) then
    raise exception 'database "%" does not exist', database using errcode = 'undefined_database';
  end if;
  if username is not null and not exists (
    select from pg_catalog.pg_roles where rolname = username and rolcanlogin) then
    raise exception 'role "%" does not exist or can not log in', username;
  end if;
end
$$;

-- Jobs ------------------------------------------------------------------------------------------------------------

-- The public functions run as the caller, whose name they hand to one of the two below, which run as the owner of
-- the table. These refuse to make a superuser's job for a session that is not one.
create function cron._save_job(
  owner text, job_name text, schedule text, command text, database text, active boolean
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  saved bigint;
begin
  perform cron._check_owner(owner);
  insert into cron.job as job (jobname, schedule, command, database, username, active)
  values (job_name, schedule, command, coalesce(database, current_database()), owner, active)
  on conflict on constraint jobname_username_uniq do update
  set schedule = excluded.schedule, command = excluded.command, database = excluded.database
  returning job.jobid into saved;
  return saved;
end
$$;

create function cron._change_job(
  caller text, job_id bigint, schedule text, command text, database text, username text, active boolean
) returns boolean language plpgsql security definer set search_path = '' as $$
begin
  perform cron._check_owner(coalesce(username, caller));
  update cron.job as job
  set schedule = coalesce(_change_job.schedule, job.schedule),
      command = coalesce(_change_job.command, job.command),
      database = coalesce(_change_job.database, job.database),
      username = coalesce(_change_job.username, job.username),
      active = coalesce(_change_job.active, job.active)
  where jobid = job_id and (job.username = caller or (select rolsuper from pg_catalog.pg_roles where rolname = caller));
  return found;
end
$$;

create function cron._delete_job(caller text, job_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  owner text := (select username from cron.job where jobid = job_id);
begin
  if owner is null then
    raise exception 'could not find valid entry for job %', job_id using errcode = 'internal_error';
  end if;
  if owner <> caller and not (select rolsuper from pg_catalog.pg_roles where rolname = caller) then
    raise exception 'permission denied for table job' using errcode = 'insufficient_privilege';
  end if;
  delete from cron.job where jobid = job_id;
end
$$;

create function cron._check_owner(owner text) returns void language plpgsql as $$
begin
  if (select bool_or(rolsuper) from pg_catalog.pg_roles where rolname = owner)
     and not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
    raise exception 'cannot schedule jobs as superuser' using errcode = 'insufficient_privilege';
  end if;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint language plpgsql as $$
begin
  if schedule is null or command is null then
    raise exception '% can not be NULL', case when schedule is null then 'schedule' else 'command' end;
  end if;
  perform cron._check(schedule, null, null);
  return cron._save_job(current_user, null, schedule, command, null, true);
end
$$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
  select cron.schedule_in_database(job_name, schedule, command, current_database())
$$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint language plpgsql as $$
begin
  if job_name is null or schedule is null or command is null then
    raise exception '% can not be NULL', case
      when job_name is null then 'job_name' when schedule is null then 'schedule' else 'command' end;
  end if;
  if username is not null and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    raise exception 'must be superuser to create a job for another role';
  end if;
  perform cron._check(schedule, database, username);
  return cron._save_job(
    coalesce(username, current_user), job_name, schedule, command, database, coalesce(active, true));
end
$$;
comment on function cron.schedule_in_database(text, text, text, text, text, boolean) is 'schedule a pg_cron job';

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void language plpgsql as $$
begin
  if job_id is null then
    raise exception 'job_id can not be NULL';
  end if;
  if username is not null and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    raise exception 'must be superuser to alter username';
  end if;
  perform cron._check(coalesce(schedule, '* * * * *'), database, username);
  if num_nonnulls(schedule, command, database, username, active) = 0 then
    raise exception 'no updates specified'
      using hint = 'You must specify at least one job attribute to change when calling alter_job';
  end if;
  if not cron._change_job(current_user, job_id, schedule, command, database, username, active) then
    raise exception 'Job % does not exist or you don''t own it', job_id using errcode = 'internal_error';
  end if;
end
$$;
comment on function cron.alter_job(bigint, text, text, text, text, boolean) is
  'Alter the job identified by job_id. Any option left as NULL will not be modified.';

create function cron.unschedule(job_id bigint) returns boolean language plpgsql as $$
begin
  perform cron._delete_job(current_user, job_id);
  return true;
end
$$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text) returns boolean language plpgsql as $$
declare
  job_id bigint;
begin
  if job_name is null then
    raise exception 'job_name can not be NULL';
  end if;
  job_id := cron._job_id(current_user, job_name);
  if job_id is null then
    raise exception 'could not find valid entry for job ''%''', job_name using errcode = 'internal_error';
  end if;
  perform cron._delete_job(current_user, job_id);
  return true;
end
$$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

create function cron._job_id(owner text, job_name text) returns bigint
language sql stable security definer set search_path = '' as $$
  select jobid from cron.job where jobname = job_name and username = owner
$$;

-- As on hosted projects: postgres manages jobs by the functions and may hand all of this on, but may not write
-- cron.job itself.
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on all sequences in schema cron to postgres with grant option;
grant all on all tables in schema cron to postgres with grant option;
revoke all on cron.job from postgres;
grant select on cron.job to postgres with grant option;
grant select, delete on cron.job_run_details to public;
grant select on cron.job to public;
