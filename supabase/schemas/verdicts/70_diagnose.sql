create function private.verdict_words() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_machinery()
  union all select * from private.words_of_waiting()
  union all select * from private.words_of_pauses()
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
declare
  v_posting private.finding[] := array(select private.findings_of_publishing(p_job, p_attempt, p_at));
begin
  return query select * from private.findings_of_machinery(p_job, p_attempt, p_at);
  -- A publication that is held in its connection's line waits for that, though its run_at names a time.
  return query select * from private.findings_of_waiting(p_job, p_attempt, p_at) w
    where not (private.is_publication(p_job) and coalesce(p_job.run_at >= p_job.expires_at, false)
      and w.code in ('waiting_for_slot', 'scheduled_for', 'retry_at'));
  return query select * from private.findings_of_pauses(p_job, p_at);
  return query select * from unnest(v_posting);
  -- Its own steps say more than those of an attempt, and its own end more than that of a job.
  if not private.is_publication(p_job) then
    return query select * from private.findings_of_running(p_job, p_attempt, p_at);
  end if;
  return query select * from private.findings_of_ended(p_job, p_attempt, p_at) e
    where v_posting = '{}' or e.code not in ('completed', 'failed', 'outcome_unknown');
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
    return query select * from private.verdicts_of(
      array(select private.findings_in_spite_of_faults(v_job, v_attempt, v_now)));
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
