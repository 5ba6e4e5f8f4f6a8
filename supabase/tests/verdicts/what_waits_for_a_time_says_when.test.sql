begin;
select plan(19);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana');
select tests.enable_echo(1);

select tests.create_job('ana', 'planned', p_run_at => '2030-01-02 00:00:00Z');
select is((tests.reason('planned')).code, 'scheduled_for', 'it was asked for later');
select is((tests.reason('planned')).expected_at, '2030-01-02 00:00:00Z', 'when');
select is((select count(*) from ops.diagnose((tests.job('planned')).id) where not ruled_out), 1::bigint, 'that is all there is to say');
select ops.pause_lane('echo', 'an hour off', '1 hour');
select is((tests.reason('planned')).code, 'scheduled_for', 'a pause that is over by then is in nobody''s way');
select ops.pause_lane('echo', 'a week off', '7 days');
select is((tests.reason('planned')).code, 'lane_paused', 'one that is not is told first');
select ops.resume_lane('echo');

select tests.create_job('ana', 'again');
select tests.submit('again'), tests.fail_task('again', 'backoff');
select is((tests.reason('again')).code, 'retry_at', 'it is tried again');
select is((tests.reason('again')).evidence - 'run_at', '{"error": "The task failed.", "attempt": 1, "error_code": "task_failed",
  "retry_count": 1, "max_attempts": 3}', 'after which error');
select is((tests.reason('again')).expected_at, (tests.job('again')).run_at, 'when');
select tests.later('10 minutes');
select is((tests.reason('again')).code, 'not_dispatched', 'when its time has come and nobody has seen it, that is told');
do $$ begin execute (tests.reason('again')).repair_sql; end $$;
select is((tests.job('again')).status, 'processing', 'the statement that it names starts it');
select tests.cancel('again');

select tests.create_job('ana', 'busy'), tests.refuse_submit('busy', 'wait');
select is((tests.reason('busy')).code, 'provider_busy', 'its provider takes nothing');
select is((tests.reason('busy')).clears, 'by_provider');
select is((tests.reason('busy')).evidence ->> 'waits', '1', 'how often');
select is((tests.reason('busy')).expected_at, (tests.job('busy')).run_at, 'when it is offered again');

select tests.create_job('ana', 'holds'), tests.create_job('ana', 'queued');
update public.tools set is_enabled = false where tool = 'echo';
select is((select array_agg(code order by rank) from ops.diagnose((tests.job('busy')).id) where not ruled_out),
  '{provider_busy,tool_disabled}', 'a tool that is switched off keeps nobody who waits, and is told beside');
select is((tests.reason('queued')).code, 'tool_disabled', 'and first of who only waits for a turn');
select is((tests.reason('queued')).clears, 'by_itself', 'which comes all the same');
select tests.create_user('bia');
select tests.as_user('ana');
select matches((select words ->> 'en' from public.jobs j, public.why(j.id) where j.idempotency_key = 'planned' and rank = 1),
  '^Your job is scheduled for later\. It starts by itself in about 24 hours\.', 'its owner is told in words');
select matches((select words ->> 'pt-BR' from public.jobs j, public.why(j.id) where j.idempotency_key = 'planned' and rank = 1),
  '^Seu trabalho está agendado para depois\. Ele começa sozinho em cerca de 24 horas\.');

select * from finish();
rollback;
