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

create function private.verdict_words() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_machinery()
  union all select * from private.words_of_waiting()
  union all select * from private.words_of_publishing()
  union all select * from private.words_of_running()
  union all select * from private.words_of_ended()
  union all select * from private.words_of_screens()
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
  v_at timestamptz := coalesce(p_as_of, private.now());
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  select * into v_attempt from public.job_attempts where job_id = p_job_id order by attempt desc limit 1;
  return query select * from private.verdicts_of(array(select private.findings_of(v_job, v_attempt, v_at)));
end
$$;
comment on function ops.diagnose(uuid, timestamptz) is
  'Why a job stands where it stands: verdicts in order, of which the first is the one sentence. Columns: rank from 1; '
  'code (private.verdict_words()); level: error, warn, wait, info or ok; subject: what it is about; since; detail: a '
  'sentence; evidence: what was seen; clears: by_itself, by_you (its owner), by_operator, by_provider or never; '
  'expected_at: when it is likely to be over, null: nobody knows; action: what an operator can do; repair_sql: the '
  'statement that mends it; ruled_out: looked at, and not the reason. p_as_of: as it was then; null: now. Reads only. '
  'Error: 404 not_found.';
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

select ops.install();
