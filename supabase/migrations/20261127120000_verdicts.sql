-- Verdicts: why a job stands where it stands, and one way to act on it.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

create function private.operator_role() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text;
begin
  -- Whoever is the database's own, or shows a secret key, may do anything anyway.
  if private.caller_role() in ('postgres', 'supabase_admin', 'service_role') then return 'admin'; end if;
  -- By the user's row rather than by the token: whoever is an operator no more is none at once, not in an hour.
  select raw_app_meta_data ->> 'role' into v_role from auth.users where id = auth.uid();
  return case when v_role in ('admin', 'support') then v_role end;
end
$$;
comment on function private.operator_role() is
  'What the caller is as an operator: admin (may do all), support (reads, with payloads masked, and helps single users), '
  'null: none. By auth.users.raw_app_meta_data.role, as it is now.';
revoke execute on function private.operator_role() from public;

create function private.require_operator(p_only_admin boolean default false) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_role text := private.operator_role();
begin
  if v_role is null or (p_only_admin and v_role <> 'admin') then
    perform private.refuse(case when auth.uid() is null then 401 else 403 end,
      case when auth.uid() is null then 'unauthenticated' else 'not_an_operator' end,
      case when p_only_admin then 'This is for admins.' else 'This is for operators: admins and support.' end);
  end if;
  return v_role;
end
$$;
comment on function private.require_operator(boolean) is
  'The caller''s role as an operator. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function private.require_operator(boolean) from public;


create table private.tool_paces (
  tool text primary key references public.tools (tool) on delete cascade,
  samples integer not null default 0,
  p50 interval,
  p95 interval,
  run_p50 interval,
  run_p95 interval,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint quantiles_have_samples check ((p50 is null) = (samples = 0) and (p95 is null) = (samples = 0)),
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint quantiles_are_in_order check (p50 <= p95 and run_p50 <= run_p95)
);

alter table private.tool_paces enable row level security;

comment on table private.tool_paces is 'How long the tasks of each tool take, by its last 200 attempts that ended.';
comment on column private.tool_paces.samples is 'How many attempts that succeeded p50 and p95 are of.';
comment on column private.tool_paces.p50 is
  'Half of its tasks take no longer at the provider: from the submit to its final word. p95: nineteen of twenty. Null: '
  'none has succeeded.';
comment on column private.tool_paces.run_p50 is
  'The same for the whole attempt: from being given a slot until the result is stored.';
comment on column private.tool_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.tool_paces.last_ended_at is 'When the newest attempt ended that was looked at.';

create table private.lane_paces (
  lane text primary key references private.lanes (lane) on delete cascade,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  come_back real not null default 0,
  ended_a_minute real,
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint come_back_is_a_share check (come_back between 0 and 1)
);

alter table private.lane_paces enable row level security;

comment on table private.lane_paces is 'How fast each lane drains, by its last 200 attempts that ended.';
comment on column private.lane_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.lane_paces.come_back is
  'The share of attempts whose job waited again: retries, busy providers, paused accounts.';
comment on column private.lane_paces.ended_a_minute is
  'How many attempts ended a minute, over the last quarter of an hour or as far back as the attempts looked at go.';

create function private.is_fresh(p_measured_at timestamptz, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if p_measured_at is null then return false; end if;
  -- A time to come is a clock that was set back.
  if p_at - p_measured_at between interval '-1 minute' and interval '15 minutes' then return true; end if;
  return not exists (
    select from public.job_attempts
    where finished_at is not null and finished_at > p_measured_at and finished_at <= p_at);
end
$$;
comment on function private.is_fresh(timestamptz, timestamptz) is
  'Whether what was measured then may be gone by: within a quarter of an hour, or nothing has ended since. Null, never '
  'measured, may not.';
revoke execute on function private.is_fresh(timestamptz, timestamptz) from public;

create function private.pace_of(p_tool text) returns private.tool_paces
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces;
begin
  select * into v_pace from private.tool_paces where tool = p_tool;
  return v_pace;
end
$$;
comment on function private.pace_of(text) is
  'How long the tasks of a tool take; null in all columns: nothing was measured. Ask private.is_fresh(measured_at, …) '
  'before anything is said by it.';
revoke execute on function private.pace_of(text) from public;

create function private.ended_of_late(p_since timestamptz)
returns table (tool text, lane text, ended_at timestamptz, outcome text, took interval, ran interval, held interval)
language plpgsql stable rows 2000 set search_path = '' as $$
begin
  -- A slot is free with the provider's word or the attempt's end, and if its task lived on, when that was over.
  return query
    select j.tool, j.lane, a.finished_at, a.outcome,
      case when a.outcome = 'succeeded' then greatest(coalesce(a.word_at, a.finished_at)
        - coalesce(a.submitted_at, a.submitted_first_at, a.started_at), '0') end,
      case when a.outcome = 'succeeded' then greatest(a.finished_at - a.started_at, '0') end,
      case when c.token is null then greatest(least(a.word_at, a.finished_at) - a.started_at, '0')
        when c.over_at is not null then greatest(c.over_at - a.started_at, '0') end
    from (
      select * from public.job_attempts
      where finished_at is not null and finished_at <= p_since order by finished_at desc limit 2000) a
    join public.jobs j on j.id = a.job_id
    left join private.cancels c on c.token = a.token;
end
$$;
comment on function private.ended_of_late(timestamptz) is
  'The last 2,000 attempts that had ended by then: how long the provider had the task (took), how long the attempt ran, '
  'and how long it held its slot (held; null: it still does).';
revoke execute on function private.ended_of_late(timestamptz) from public;

create function private.seconds(p_seconds double precision) returns interval
language sql immutable set search_path = '' as $$
  select make_interval(secs => p_seconds)
$$;
comment on function private.seconds(double precision) is 'So many seconds.';
revoke execute on function private.seconds(double precision) from public;

create function private.measure_tools(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with ended as (
    select e.*, row_number() over (partition by e.tool order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), measured as (
    select t.tool, count(took) as samples, count(held) as holds,
      percentile_cont(0.5) within group (order by took) as p50,
      percentile_cont(0.95) within group (order by took) as p95,
      percentile_cont(0.5) within group (order by ran) as run_p50,
      percentile_cont(0.95) within group (order by ran) as run_p95,
      avg(held) as hold_mean, private.seconds(stddev_pop(extract(epoch from held))::double precision) as hold_sd,
      max(ended_at) as last_ended_at
    from public.tools t left join ended on ended.tool = t.tool and nth <= 200 group by t.tool
  )
  insert into private.tool_paces as p
    (tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, measured_at)
  select tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, p_at from measured
  -- What it took when it was last in use is better than nothing.
  on conflict (tool) do update set measured_at = p_at,
    samples = case when excluded.samples > 0 then excluded.samples else p.samples end,
    p50 = coalesce(excluded.p50, p.p50), p95 = coalesce(excluded.p95, p.p95),
    run_p50 = coalesce(excluded.run_p50, p.run_p50), run_p95 = coalesce(excluded.run_p95, p.run_p95),
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_tools(timestamptz) is
  'Measures every tool by its last 200 attempts among the last 2,000 that ended. Returns how many tools there are.';
revoke execute on function private.measure_tools(timestamptz) from public;

create function private.measure_lanes(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with looked_at as materialized (
    select e.*, row_number() over (partition by e.lane order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), span as (
    -- Among fewer than 2,000 nothing was left out; else they are known as far back as the oldest of them.
    select greatest(p_at - interval '15 minutes', case when count(*) >= 2000 then min(ended_at) end) as since
    from looked_at
  ), measured as (
    select l.lane, count(held) filter (where nth <= 200) as holds,
      avg(held) filter (where nth <= 200) as hold_mean,
      private.seconds((stddev_pop(extract(epoch from held)) filter (where nth <= 200))::double precision) as hold_sd,
      coalesce(avg((outcome in ('retried', 'waited', 'paused'))::integer) filter (where nth <= 200), 0) as come_back,
      count(*) filter (where ended_at > span.since)
        / nullif(extract(epoch from p_at - min(span.since)) / 60, 0) as ended_a_minute,
      max(ended_at) as last_ended_at
    from private.lanes l cross join span left join looked_at on looked_at.lane = l.lane group by l.lane
  )
  insert into private.lane_paces as p
    (lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, last_ended_at, measured_at)
  select lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, last_ended_at, p_at from measured
  on conflict (lane) do update set measured_at = p_at, ended_a_minute = excluded.ended_a_minute,
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    come_back = case when excluded.holds > 0 then excluded.come_back else p.come_back end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_lanes(timestamptz) is
  'Measures every lane by its last 200 attempts among the last 2,000 that ended. Returns how many lanes there are.';
revoke execute on function private.measure_lanes(timestamptz) from public;

create function private.measure_paces() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- A time to come is a clock that was set back.
  if exists (select from private.lane_paces
    where v_now - measured_at between '0' and interval '50 seconds') then return 0;
  end if;
  perform private.measure_lanes(v_now);
  return private.measure_tools(v_now);
end
$$;
comment on function private.measure_paces() is
  'Measures how long tools take and how fast lanes drain, once a minute. Returns how many tools; 0: it is not time.';
revoke execute on function private.measure_paces() from public;


create type private.finding as (
  code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, repair_sql text, ruled_out boolean);
comment on type private.finding is
  'What a link of the chain says of a job. level and clears: null for those of the code''s word. expected_at: when it is '
  'likely to be over. repair_sql: the statement that mends it, if one does. ruled_out: it was looked at and is not so.';

create function private.finding(
  p_code text, p_detail text, p_evidence jsonb default '{}', p_since timestamptz default null,
  p_expected_at timestamptz default null, p_subject text default null, p_repair_sql text default null,
  p_level text default null, p_clears text default null
) returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, p_level, p_subject, p_since, p_detail, jsonb_strip_nulls(p_evidence), p_clears, p_expected_at,
    p_repair_sql, false)::private.finding
$$;
comment on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) is
  'A finding. p_detail: one sentence in English for an operator; p_subject: what it is about, such as a lane or an '
  'account; p_level, p_clears: where they are not those of the code''s word.';
revoke execute on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) from public;

create function private.not_so(p_code text, p_detail text, p_evidence jsonb default '{}', p_subject text default null)
returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, 'ok', p_subject, null, p_detail, jsonb_strip_nulls(p_evidence), null, null, null, true)::private.finding
$$;
comment on function private.not_so(text, text, jsonb, text) is
  'A finding that rules a reason out: p_detail says what was seen instead.';
revoke execute on function private.not_so(text, text, jsonb, text) from public;

create type private.verdict_word as (
  code text, place integer, level text, clears text, action text, en text[], pt_br text[]);
comment on type private.verdict_word is
  'What a code means: its place in the chain; its usual level (ok, info, wait, warn, error) and who clears it (by_itself, '
  'by_you: the owner, by_operator, by_provider, never); what an operator can do, null: nothing; and up to three sentences '
  'for the owner in each language: is something wrong, does it clear by itself and when, can I do something.';

create function private.words_of_machinery() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_machinery() is 'The words of findings about what moves every job.';
revoke execute on function private.words_of_machinery() from public;

create function private.findings_of_machinery(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return;
end
$$;
comment on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) is
  'What keeps the machinery from moving a job: database, schedules, wake-ups, functions, the quarantine.';
revoke execute on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_waiting() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('waiting_for_slot', 270, 'wait', 'by_itself', null,
      array['Your job is waiting for its turn.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está aguardando a vez.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_waiting() is 'The words of findings about jobs that wait.';
revoke execute on function private.words_of_waiting() from public;

create function private.findings_of_waiting(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status <> 'pending' then return; end if;
  return next private.finding('waiting_for_slot', format('Waits for a free slot of lane %s.', p_job.lane),
    p_since => coalesce(p_job.queued_at, p_job.created_at), p_subject => p_job.lane);
end
$$;
comment on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) is
  'Why a job has no slot yet.';
revoke execute on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_publishing() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_publishing() is 'The words of findings about publications.';
revoke execute on function private.words_of_publishing() from public;

create function private.findings_of_publishing(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return;
end
$$;
comment on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) is
  'Where a publication stands: its line, its connection, its platform, its own steps.';
revoke execute on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_running() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('submitting', 400, 'info', 'by_itself', null,
      array['Your job is being handed over.', 'It goes on by itself.'],
      array['Seu trabalho está sendo entregue.', 'Ele continua sozinho.']),
    ('provider_running', 500, 'info', 'by_itself', null,
      array['Your job is being worked on.', 'It is done by itself{when}.'],
      array['Seu trabalho está sendo feito.', 'Ele termina sozinho{when}.'])
$$;
comment on function private.words_of_running() is 'The words of findings about jobs that run.';
revoke execute on function private.words_of_running() from public;

create function private.findings_of_running(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status <> 'processing' then return; end if;
  return next private.finding(
    case when p_attempt.phase < 'submitted' then 'submitting' else 'provider_running' end,
    format('Attempt %s is %s.', p_attempt.attempt, p_attempt.phase),
    p_since => coalesce(p_attempt.submitted_at, p_attempt.started_at), p_subject => p_job.lane);
end
$$;
comment on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) is
  'Where a running job is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_ended() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('completed', 700, 'ok', 'never', null,
      array['Your job is done.'], array['Seu trabalho está pronto.']),
    ('failed', 710, 'error', 'by_you', 'Look at error_code; redrive it if the cause is mended.',
      array['Your job has failed.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho falhou.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('cancelled', 720, 'info', 'never', null,
      array['Your job was cancelled.'], array['Seu trabalho foi cancelado.'])
$$;
comment on function private.words_of_ended() is 'The words of findings about jobs that have ended.';
revoke execute on function private.words_of_ended() from public;

create function private.findings_of_ended(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status in ('pending', 'processing') then return; end if;
  return next private.finding(p_job.status::text, format('It has %s%s.',
      case p_job.status when 'completed' then 'completed' when 'failed' then 'failed' else 'been cancelled' end,
      coalesce(': ' || p_job.error_message, '')),
    jsonb_build_object('error_code', p_job.error_code, 'failed_at_step', p_job.failed_at_step),
    p_since => p_job.completed_at);
end
$$;
comment on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) is
  'How a job has ended, and what is still open of it: money, task, effect.';
revoke execute on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_screens() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_screens() is 'The words of findings about what reaches screens.';
revoke execute on function private.words_of_screens() from public;

create function private.findings_of_screens(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return;
end
$$;
comment on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) is
  'Whether the job''s last change could reach its owner''s screens, and did.';
revoke execute on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_history() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('was_waiting', 900, 'wait', 'by_itself', null,
      array['Your job was waiting for its turn then.'],
      array['Seu trabalho estava aguardando a vez naquele momento.']),
    ('was_running', 910, 'info', 'by_itself', null,
      array['Your job was being worked on then.'],
      array['Seu trabalho estava sendo feito naquele momento.']),
    ('not_created_yet', 920, 'info', 'never', null,
      array['Your job did not exist then.'],
      array['Seu trabalho ainda não existia naquele momento.'])
$$;
comment on function private.words_of_history() is
  'The words of what a job''s own history tells of a time that is over (private.verdicts_as_of).';
revoke execute on function private.words_of_history() from public;

create function private.verdict_words() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_machinery()
  union all select * from private.words_of_waiting()
  union all select * from private.words_of_publishing()
  union all select * from private.words_of_running()
  union all select * from private.words_of_ended()
  union all select * from private.words_of_screens()
  union all select * from private.words_of_history()
$$;
comment on function private.verdict_words() is 'Every code that a verdict can have, and what it means.';
revoke execute on function private.verdict_words() from public;

create function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.findings_of_machinery(p_job, p_attempt, p_at);
  return query select * from private.findings_of_waiting(p_job, p_attempt, p_at);
  return query select * from private.findings_of_publishing(p_job, p_attempt, p_at);
  return query select * from private.findings_of_running(p_job, p_attempt, p_at);
  return query select * from private.findings_of_ended(p_job, p_attempt, p_at);
  return query select * from private.findings_of_screens(p_job, p_attempt, p_at);
end
$$;
comment on function private.findings_of(public.jobs, public.job_attempts, timestamptz) is
  'What every link of the chain says of a job and its last attempt (null: it has none) at this time, which is now.';
revoke execute on function private.findings_of(public.jobs, public.job_attempts, timestamptz) from public;

create type private.verdict as (
  rank integer, code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, action text, repair_sql text, ruled_out boolean);
comment on type private.verdict is 'One reason why a job stands where it stands: see ops.diagnose.';

create function private.verdicts_of(p_findings private.finding[]) returns setof private.verdict
language plpgsql immutable set search_path = '' as $$
begin
  return query
    select row_number() over (order by f.ruled_out,
        array_position('{error,warn,wait,info,ok}', coalesce(f.level, w.level)), w.place, f.subject)::integer,
      f.code, coalesce(f.level, w.level), f.subject, f.since, f.detail, f.evidence, coalesce(f.clears, w.clears),
      f.expected_at, case when not f.ruled_out then w.action end, f.repair_sql, f.ruled_out
    from unnest(p_findings) f join private.verdict_words() w on w.code = f.code
    order by 1;
end
$$;
comment on function private.verdicts_of(private.finding[]) is
  'Findings as verdicts: in order, with what their codes mean.';
revoke execute on function private.verdicts_of(private.finding[]) from public;

create function ops.diagnose(p_job_id uuid, p_as_of timestamptz default null) returns setof private.verdict
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  select * into v_attempt from public.job_attempts where job_id = p_job_id order by attempt desc limit 1;
  if p_as_of < v_now then
    return query select * from private.verdicts_as_of(v_job, v_attempt, p_as_of, v_now);
  else
    return query select * from private.verdicts_of(array(select private.findings_of(v_job, v_attempt, v_now)));
  end if;
end
$$;
comment on function ops.diagnose(uuid, timestamptz) is
  'Why a job stands where it stands: verdicts in order, of which the first is the one sentence. Columns: rank from 1; '
  'code (private.verdict_words()); level: error, warn, wait, info or ok; subject: what it is about; since; detail: a '
  'sentence; evidence: what was seen; clears: by_itself, by_you (its owner), by_operator, by_provider or never; '
  'expected_at: when it is likely to be over, null: nobody knows; action: what an operator can do; repair_sql: the '
  'statement that mends it; ruled_out: looked at, and not the reason. p_as_of: what is known of '
  'that time (private.verdicts_as_of); null: now. Reads only. Error: 404 not_found.';
revoke execute on function ops.diagnose(uuid, timestamptz) from public;

create function private.in_words(p_from timestamptz, p_to timestamptz, p_language text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_minutes integer := ceil(extract(epoch from p_to - p_from) / 60);
begin
  if p_to is null then return ''; end if;
  if p_language = 'pt-BR' then
    return case when v_minutes <= 1 then ' em cerca de um minuto'
      when v_minutes < 90 then format(' em cerca de %s minutos', v_minutes)
      when v_minutes < 2880 then format(' em cerca de %s horas', round(v_minutes / 60.0))
      else format(' em cerca de %s dias', round(v_minutes / 1440.0)) end;
  end if;
  return case when v_minutes <= 1 then ' in about a minute'
    when v_minutes < 90 then format(' in about %s minutes', v_minutes)
    when v_minutes < 2880 then format(' in about %s hours', round(v_minutes / 60.0))
    else format(' in about %s days', round(v_minutes / 1440.0)) end;
end
$$;
comment on function private.in_words(timestamptz, timestamptz, text) is
  'How long it is from one time to another, as people say it, with a blank before; empty: nobody knows.';
revoke execute on function private.in_words(timestamptz, timestamptz, text) from public;

create function private.told(p_sentences text[], p_evidence jsonb, p_when text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_text text := replace(array_to_string(p_sentences, ' '), '{when}', p_when);
  v_fact record;
begin
  for v_fact in select key, value from jsonb_each_text(p_evidence) loop
    v_text := replace(v_text, '{' || v_fact.key || '}', coalesce(v_fact.value, ''));
  end loop;
  return v_text;
end
$$;
comment on function private.told(text[], jsonb, text) is
  'Sentences with {when} and the {names} of facts filled in. Only what a sentence names is told.';
revoke execute on function private.told(text[], jsonb, text) from public;

create function public.why(p_job_id uuid)
returns table (rank integer, code text, level text, since timestamptz, clears text, expected_at timestamptz, words jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if not exists (
    select from public.jobs j where j.id = p_job_id and (private.is_callers(j.user_id, null) or private.is_admin())
  ) then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return query
    select v.rank, v.code, v.level, v.since, v.clears, v.expected_at, jsonb_build_object(
      'en', private.told(w.en, v.evidence, private.in_words(v_now, v.expected_at, 'en')),
      'pt-BR', private.told(w.pt_br, v.evidence, private.in_words(v_now, v.expected_at, 'pt-BR')))
    from ops.diagnose(p_job_id) v join private.verdict_words() w on w.code = v.code
    where not v.ruled_out order by v.rank;
end
$$;
comment on function public.why(uuid) is
  'For the owner of a job: why it stands where it stands, the first row first. words: {"en": …, "pt-BR": …}, at most three '
  'sentences: is something wrong, does it clear by itself and when, can I do something. clears: by_itself, by_you, '
  'by_operator, by_provider or never. No raw data. Errors: 401 unauthenticated, 404 not_found.';
revoke execute on function public.why(uuid) from public, anon;
grant execute on function public.why(uuid) to authenticated, service_role;

create table private.verdicts (
  verdict_id bigint generated always as identity primary key,
  -- No foreign key: its check would lock the job, and whoever ends it would wait for who only looks at it.
  job_id uuid not null,
  user_id uuid not null,
  code text not null,
  level text not null,
  subject text,
  clears text not null,
  since timestamptz,
  detail text,
  evidence jsonb not null default '{}',
  expected_at timestamptz,
  seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  until timestamptz,
  constraint levels_are_known check (level in ('error', 'warn', 'wait', 'info', 'ok')),
  constraint it_is_seen_until_it_is_over check (last_seen_at >= seen_at and until >= seen_at),
  constraint evidence_is_an_object check (jsonb_typeof(evidence) = 'object')
) with (fillfactor = 70); -- last_seen_at is in no index
create unique index a_verdict_is_noted_once_while_it_holds
  on private.verdicts (job_id, code, subject, level, clears) nulls not distinct where until is null;
create index verdicts_of_jobs on private.verdicts (job_id, seen_at);
create index open_verdicts_by_level on private.verdicts (level, seen_at) where until is null;
create index verdicts_of_users on private.verdicts (user_id);
create index verdicts_by_end on private.verdicts (until) where until is not null;

alter table private.verdicts enable row level security;

comment on table private.verdicts is
  'What was found of open jobs that take longer than usual, looked at minute by minute (private.note_verdicts): a row '
  'for as long as it held, so only changes make rows. Kept for 30 days after its end.';
comment on column private.verdicts.since is 'Since when it was so, as it was found; seen_at: since when it was seen.';
comment on column private.verdicts.detail is 'What was said, with evidence and expected_at, when it was seen first.';
comment on column private.verdicts.last_seen_at is 'When it was seen last; later looks may be far apart in a crowd.';
comment on column private.verdicts.until is
  'When it was seen to be over, or its job ended; null: it holds, as far as anybody has looked.';

create function private.verdicts_noted_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(v) - array['verdict_id', 'job_id', 'user_id'] order by v.seen_at, v.verdict_id),
      '[]')
    from private.verdicts v where v.job_id = p_job_id);
end
$$;
comment on function private.verdicts_noted_of(uuid) is 'What was found of a job and when, oldest first, as an array.';
revoke execute on function private.verdicts_noted_of(uuid) from public;

create function private.usual_time(p_tool text) returns interval
language plpgsql stable set search_path = '' as $$
begin
  return interval '2 minutes';
end
$$;
comment on function private.usual_time(text) is
  'How old an open job of a tool usually gets at the most; two minutes where nobody has measured it.';
revoke execute on function private.usual_time(text) from public;

create function private.note_verdicts_of(p_job public.jobs, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
  v_found private.verdict[];
  v_count integer;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job.id order by attempt desc limit 1;
  v_found := array(select v::private.verdict
    from private.verdicts_of(array(select private.findings_of(p_job, v_attempt, p_at))) v where not v.ruled_out);
  with held as (
    update private.verdicts n set last_seen_at = greatest(n.last_seen_at, p_at)
    from unnest(v_found) f
    where n.job_id = p_job.id and n.until is null and (n.code, n.level, n.clears) = (f.code, f.level, f.clears)
      and n.subject is not distinct from f.subject
    returning n.verdict_id)
  update private.verdicts n set until = greatest(n.seen_at, p_at)
  where n.job_id = p_job.id and n.until is null and n.verdict_id not in (select verdict_id from held);
  insert into private.verdicts (job_id, user_id, code, level, subject, clears, since, detail, evidence, expected_at,
    seen_at, last_seen_at)
  select p_job.id, p_job.user_id, f.code, f.level, f.subject, f.clears, f.since, private.cut(f.detail),
    coalesce(private.cut_json(f.evidence, 4096), '{}'), f.expected_at, p_at, p_at
  from unnest(v_found) f
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.note_verdicts_of(public.jobs, timestamptz) is
  'Looks at a job and notes what has changed: what is new, what still holds, what is over. Returns how many are new.';
revoke execute on function private.note_verdicts_of(public.jobs, timestamptz) from public;

create function private.note_each(
  p_sweep text, p_jobs uuid[], p_positions text[], p_is_rest boolean, p_at timestamptz, p_stop timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_job public.jobs;
  v_last text;
  v_count integer := 0;
begin
  for v_one in select job_id, position from unnest(p_jobs, p_positions) each_one (job_id, position) loop
    exit when v_count > 0 and clock_timestamp() >= p_stop;
    begin
      select * into v_job from public.jobs where id = v_one.job_id and status in ('pending', 'processing');
      if found then perform private.note_verdicts_of(v_job, p_at); end if;
    exception when others then
      perform private.note_fault('esteira-verdicts', v_job.lane, sqlstate, format('job %s: %s', v_one.job_id, sqlerrm));
    end;
    v_last := v_one.position;
    v_count := v_count + 1;
  end loop;
  perform private.go_on(p_sweep, v_last, p_is_rest and v_count = cardinality(p_jobs));
  return v_count;
end
$$;
comment on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) is
  'Looks at one job after the other, each in a sub-transaction of its own, until p_stop, and notes how far it came. '
  'p_is_rest: after these the sweep begins anew. Returns how many it looked at.';
revoke execute on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) from public;

create function private.note_running(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('running verdicts'), ''), '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
begin
  with usual as materialized (select t.tool, private.usual_time(t.tool) as time from public.tools t)
  select coalesce(array_agg(late.id order by late.id), '{}') into v_jobs from (
    select j.id from public.jobs j left join usual u using (tool)
    where j.status = 'processing' and j.id > v_from and j.created_at < p_at - coalesce(u.time, '2 minutes')
    order by j.id limit p_qty) late;
  return private.note_each('running verdicts', v_jobs, v_jobs::text[], cardinality(v_jobs) < p_qty, p_at, p_stop);
end
$$;
comment on function private.note_running(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that run and are older than usual. Returns at how many.';
revoke execute on function private.note_running(timestamptz, timestamptz, integer) from public;

create function private.note_waiting(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_position text := private.sweep_position('waiting verdicts');
  v_time timestamptz := coalesce(nullif(split_part(v_position, '/', 1), '')::timestamptz, '-infinity');
  v_id uuid := coalesce(nullif(split_part(v_position, '/', 2), ''), '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
  v_positions text[];
  v_seen integer;
  v_to text;
begin
  with usual as materialized (
    select t.tool, private.usual_time(t.tool) as time from public.tools t
  ), next as materialized (
    select j.* from public.jobs j
    where j.status = 'pending' and j.start_by >= v_time and (j.start_by, j.id) > (v_time, v_id)
    order by j.start_by, j.id limit p_qty * 10
  ), placed as (
    select n.id, n.start_by, format('%s/%s', n.start_by, n.id) as position,
      -- What is to begin later is not late.
      n.created_at < p_at - coalesce(u.time, '2 minutes') and (n.dispatches > 0 or (n.run_at > p_at) is not true) as late
    from next n left join usual u using (tool)
  )
  select coalesce(array_agg(p.id order by p.start_by, p.id) filter (where p.late), '{}'),
    coalesce(array_agg(p.position order by p.start_by, p.id) filter (where p.late), '{}'), count(*),
    (array_agg(p.position order by p.start_by desc, p.id desc))[1]
  into v_jobs, v_positions, v_seen, v_to from placed p;
  if cardinality(v_jobs) = 0 then
    perform private.go_on('waiting verdicts', v_to, v_seen < p_qty * 10);
    return 0;
  end if;
  return private.note_each('waiting verdicts', v_jobs[:p_qty], v_positions[:p_qty],
    v_seen < p_qty * 10 and cardinality(v_jobs) <= p_qty, p_at, p_stop);
end
$$;
comment on function private.note_waiting(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that wait and are older than usual, among ten times as many. Returns at how many.';
revoke execute on function private.note_waiting(timestamptz, timestamptz, integer) from public;

create function private.close_verdicts(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('open verdicts'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_count integer;
begin
  v_seen := array(
    select n.job_id from private.verdicts n where n.until is null and n.job_id > v_from order by n.job_id limit p_qty);
  delete from private.verdicts n
  where n.job_id = any (v_seen) and not exists (select from public.jobs j where j.id = n.job_id);
  update private.verdicts n set until = greatest(n.seen_at, j.completed_at)
  from public.jobs j
  where n.job_id = any (v_seen) and n.until is null and j.id = n.job_id and j.completed_at is not null;
  get diagnostics v_count = row_count;
  perform private.go_on('open verdicts', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.close_verdicts(integer) is
  'Among the next p_qty verdicts that held when they were seen last, notes the end of those whose job has ended, and '
  'forgets those whose job is gone. Returns how many have ended.';
revoke execute on function private.close_verdicts(integer) from public;

create function private.note_verdicts(p_qty integer default 200, p_within interval default '2 seconds') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_begun timestamptz := clock_timestamp();
begin
  return jsonb_build_object('closed', private.close_verdicts(),
    'running', private.note_running(v_now, v_begun + p_within / 2, p_qty),
    'waiting', private.note_waiting(v_now, v_begun + p_within, p_qty));
end
$$;
comment on function private.note_verdicts(integer, interval) is
  'Notes what is to be said of open jobs that are older than usual: of up to p_qty that run and as many that wait, for '
  'about p_within; the next time it goes on with the others. Returns counts: {closed, running, waiting}.';
revoke execute on function private.note_verdicts(integer, interval) from public;

create function private.step_as_of(p_job public.jobs, p_at timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_entry record;
  v_attempt public.job_attempts;
begin
  select e.step, e.at, e.next_at, e.next_step into v_entry from (
    select entry ->> 'step' as step, (entry ->> 'timestamp')::timestamptz as at, n,
      lead((entry ->> 'timestamp')::timestamptz) over (order by n) as next_at,
      lead(entry ->> 'step') over (order by n) as next_step
    from jsonb_array_elements(p_job.step_history) with ordinality entries (entry, n)) e
  where e.at <= p_at order by e.n desc limit 1;
  select * into v_attempt from public.job_attempts a
  where a.job_id = p_job.id and a.started_at <= p_at order by a.attempt desc limit 1;
  return private.finding(
    case when coalesce(v_entry.step, 'insert')::public.job_step <= 'queued' then 'was_waiting' else 'was_running' end,
    format('Its history has it at %s then%s.', coalesce(v_entry.step, 'insert'),
      coalesce(format(', and at %s %s later', v_entry.next_step, date_trunc('second', v_entry.next_at - v_entry.at)), '')),
    jsonb_build_object('step', v_entry.step, 'next_step', v_entry.next_step, 'next_at', v_entry.next_at,
      'attempt', v_attempt.attempt, 'external_id', case when v_attempt.submitted_at <= p_at then v_attempt.external_id end,
      'error_code', case when v_attempt.finished_at <= p_at then v_attempt.error_code end),
    p_since => coalesce(v_entry.at, p_job.created_at), p_subject => p_job.lane);
end
$$;
comment on function private.step_as_of(public.jobs, timestamptz) is
  'The step that a job''s history says it was at, since when and until when, as a finding.';
revoke execute on function private.step_as_of(public.jobs, timestamptz) from public;

create function private.noted_as_of(p_job_id uuid, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (private.finding(n.code, n.detail, n.evidence || jsonb_build_object('noted', jsonb_strip_nulls(
        jsonb_build_object('first', n.seen_at, 'last', n.last_seen_at, 'until', n.until))),
      n.since, n.expected_at, n.subject, p_level => n.level, p_clears => n.clears)).*
    from private.verdicts n
    where n.job_id = p_job_id and n.seen_at <= p_at and (n.until > p_at) is not false
    order by n.verdict_id;
end
$$;
comment on function private.noted_as_of(uuid, timestamptz) is
  'What was noted of a job and held at a time, as findings; evidence.noted: when it was seen first and last, and until '
  'when it held.';
revoke execute on function private.noted_as_of(uuid, timestamptz) from public;

create function private.verdicts_as_of(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_now timestamptz
) returns setof private.verdict
language plpgsql stable set search_path = '' as $$
declare
  v_findings private.finding[];
begin
  if p_at < p_job.created_at then
    v_findings := array[private.finding('not_created_yet', format('It was created %s later.',
      date_trunc('second', p_job.created_at - p_at)), p_since => p_at)];
  elsif p_at >= p_job.completed_at then
    v_findings := array(select f from private.findings_of(p_job, p_attempt, p_now) f
      where not f.ruled_out and (f.since <= p_at) is not false);
  else
    v_findings := array(select f from private.noted_as_of(p_job.id, p_at) f) || private.step_as_of(p_job, p_at);
  end if;
  -- What could be done then is no advice for now.
  return query
    select v.rank, v.code, v.level, v.subject, v.since, v.detail, v.evidence, v.clears, v.expected_at, null::text,
      null::text, v.ruled_out
    from private.verdicts_of(v_findings) v order by v.rank;
end
$$;
comment on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz) is
  'What is known of a job at a time that is over. While it was open: what was noted of it and held then '
  '(private.verdicts: only of jobs that took longer than usual, from the first look at them, for 30 days), and the step '
  'that its history says, with when it went on. After its end: what is to be said of it now, but for what began later. '
  'What was ruled out is not kept; no advice.';
revoke execute on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz)
  from public;


SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.clean_up (
  p_keep interval DEFAULT '30 days'::interval
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_before timestamptz := private.now() - p_keep;
  v_archived integer;
begin
  v_archived := coalesce(private.guarded('esteira-cleanup',
      format('private.forget_archived(''settle_queue'', %L)', v_before))::integer, 0) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  -- One that fails keeps the others neither from being done nor from having been done.
  perform private.guarded('esteira-cleanup', call) from (values
    ('private.forget_publications()'),
    (format('private.forget_group_media(%L)', private.now() - interval '1 day')),
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'), ('private.forget_connections()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''private.verdicts'', ''until'', %L)', v_before)),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_rows_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_models integer;
  v_projects integer;
  v_connections integer;
begin
  -- Here rather than by the foreign keys to auth.users: in the order in which whoever saves several locks them.
  perform from public.projects where user_id = p_user_id order by id for update;
  delete from public.projects where user_id = p_user_id;
  get diagnostics v_projects = row_count;
  delete from public.ai_models where "userId" = p_user_id;
  get diagnostics v_models = row_count;
  -- Each leaves its access in the outbox of revocations.
  perform from public.connections where user_id = p_user_id order by id for update;
  delete from public.connections where user_id = p_user_id;
  get diagnostics v_connections = row_count;
  delete from private.connection_starts where user_id = p_user_id;
  delete from private.connection_choices where user_id = p_user_id;
  delete from private.tickets where user_id = p_user_id;
  delete from private.limits_of_users where user_id = p_user_id;
  delete from private.group_media where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  delete from private.verdicts where user_id = p_user_id;
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_jobs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone limit 1000) g;
  update public.jobs set retried_from = null where retried_from in (select id from gone);
  delete from private.webhook_events where job_id in (select id from gone);
  delete from private.verdicts where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  where g.started_at is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_traces (
  p_leaver private.leavers
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_events integer;
begin
  update private.cancels set user_id = p_leaver.tombstone_id, checkpoint = private.without_files(checkpoint)
  where token in (select token from private.cancels where user_id = p_leaver.user_id for update skip locked);
  delete from private.webhook_events where user_id = p_leaver.user_id or job_id = any (p_leaver.job_ids);
  get diagnostics v_events = row_count;
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.broadcast_failures f set topics = array(select unnest(f.topics) except select unnest(p_leaver.topics))
  where f.topics && p_leaver.topics;
  perform private.forget_deliveries_of(p_leaver.user_id); -- told meanwhile, by a token that outlived its user
  delete from private.verdicts where user_id = p_leaver.user_id; -- noted by who looked at its job meanwhile
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
end
$function$;

CREATE OR REPLACE FUNCTION private.jobs_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(j) - array['ticket', 'idempotency_hash', 'user_id'] || jsonb_build_object(
      'publication', (select to_jsonb(p) - array['job_id', 'user_id', 'ticket', 'priority', 'fingerprint']
        from public.publications p where p.job_id = j.id),
      'attempts', (select coalesce(jsonb_agg(to_jsonb(a)
          - array['token', 'user_id', 'question_id', 'account_id', 'job_id'] order by a.attempt), '[]')
        from public.job_attempts a where a.job_id = j.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
          'payload', e.payload) order by e.event_id), '[]')
        from private.webhook_events e where e.job_id = j.id),
      'verdicts', private.verdicts_noted_of(j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.parts()
  RETURNS TABLE (
    part      text,
    schedule  text,
    routine   text,
    counts    text,
    is_repair boolean
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values
    -- Before any time is looked at.
    ('esteira-clock', 'esteira-ask', 'follow_clock', 'moved', false),
    ('esteira-ask', 'esteira-ask', 'ask_about_silent_jobs', 'asked', true),
    ('esteira-resend', 'esteira-ask', 'resend_lost_messages', 'resent', true),
    ('esteira-leases', 'esteira-leases', 'tend_pull_lanes', 'leases_ended', true),
    ('esteira-ask-last', 'esteira-ask', 'ask_a_last_time', 'asked_last', true),
    ('esteira-overdue', 'esteira-overdue', 'give_up_overdue_jobs', 'given_up', true),
    ('esteira-expire', 'esteira-expire', 'end_expired_jobs', 'expired', true),
    ('esteira-copies', 'esteira-copies', 'give_up_copies', 'copies_given_up', true),
    ('esteira-tasks', 'esteira-tasks', 'give_up_old_tasks', 'old_tasks', false),
    ('esteira-outbox', 'esteira-tasks', 'end_task_lives', 'tasks_unknown', true),
    ('esteira-slots', 'esteira-tasks', 'tidy_up', 'slots_freed', true),
    ('esteira-tick', 'esteira-tick', 'tick_lanes', 'poked', false),
    ('esteira-progress', 'esteira-progress', 'estimate_progress', 'estimated', false),
    ('esteira-effects', 'esteira-effects', 'apply_pending_effects', 'applied', false),
    ('esteira-publications', 'esteira-publications', 'tend_publications', 'paid_back', false),
    ('esteira-alerts', 'esteira-alerts', 'alerts_tick', null, false),
    ('esteira-verdicts', 'esteira-alerts', 'note_verdicts', null, false),
    ('esteira-retry', 'esteira-retry', 'sweep', null, false),
    ('esteira-connections', 'esteira-connections', 'look_after_connections', null, false),
    ('esteira-leavers', 'esteira-retention', 'forget_leavers', null, false),
    ('esteira-inputs', 'esteira-retention', 'sweep_inputs', 'doomed', false),
    ('esteira-orphans', 'esteira-retention', 'sweep_outputs', 'doomed', false),
    ('esteira-outputs', 'esteira-retention', 'expire_outputs', 'expired', false),
    ('esteira-deliveries', 'esteira-retention', 'forget_deliveries', 'forgotten', false),
    ('esteira-paces', 'esteira-retention', 'measure_paces', 'measured', false),
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false)
$function$;

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with its publication, attempts, webhooks and verdicts), models, projects, connections, effects, limits, deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "private"."clean_up"(interval) IS 'Forgets payloads as the tools'' retention says (private.retention), archives, the outbox, verdicts and repairs older than p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';

COMMENT ON FUNCTION "private"."forget_jobs"() IS 'After jobs were deleted, by retention or by hand: tells their owners, forgets them where they were done again, their webhooks and verdicts, and has their files deleted. When a user leaves, that is done for all at once.';

COMMENT ON FUNCTION "private"."jobs_of"(uuid) IS 'A user''s jobs as they were asked for and what came of them, each with its publication, attempts, webhooks and what was noted of where it stood; no tokens.';

select ops.install();
