begin;
select plan(17);

select tests.create_user('ana', 1000), tests.create_user('bo', 1000);
select tests.enable_echo(20);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.make(p_user text, p_key text) returns void language plpgsql as $$
begin
  perform tests.create_job(p_user, p_key), tests.submit(p_key, p_key), tests.complete(p_key);
end
$$;
select pg_temp.make('ana', 'a'), pg_temp.make('ana', 'b node'), pg_temp.make('bo', 'c');
select tests.create_job('ana', 'd failed'), tests.submit('d failed', 'd');
select worker.attempt_failed((tests.job('d failed')).id, (tests.attempt('d failed')).token, 'never', 'x', 'It did not work.');
select tests.create_job('ana', 'e going'), tests.submit('e going', 'e');
select tests.create_job('ana', 'f cancelled'), tests.submit('f cancelled', 'f'), tests.cancel('f cancelled');
select tests.webhook('a', 'event-a');
select tests.create_project('ana', 'canvas', '{n1}');
update public.projects set version = version, content = jsonb_set(content, '{nodes,0,data,jobId}', to_jsonb((tests.job('b node')).id))
where id = tests.project_id('canvas');
update public.jobs set output_bytes = 10 where idempotency_key = 'a';
create temporary table named as select idempotency_key as key, id from public.jobs;
create function pg_temp.left_over() returns text[] language sql as $$
  select array_agg(idempotency_key order by idempotency_key) from public.jobs
$$;
create temporary table entries as select * from public.credit_entries;

select tests.freeze('2040-01-01 00:00:00Z');
select is(private.forget_old_jobs('1 minute'), 0, 'jobs are kept for ever');
select throws_ok($$ select ops.set_retention(null, null, null, null, null, p_jobs => '23 hours') $$, 'PT422', null,
  'an operator says otherwise, but keeps them for a day');
select ops.set_retention(null, null, null, null, null, p_jobs => '20 years');
select is(private.forget_old_jobs('1 minute'), 0, 'for as long as that');
select ops.set_retention(null, null, null, null, null, p_jobs => '1 year');
delete from realtime.messages where true;
select is(private.forget_old_jobs('1 minute'), 3, 'then they go');
select is(pg_temp.left_over(), '{"b node","e going","f cancelled"}',
  'but what a project refers to, what is going, and what may have a task that lives');
select bag_eq('select * from public.credit_entries', 'select * from entries', 'the ledger stays');
select is_empty('select * from ops.credit_drift()', 'and is right');
select is_empty($$ select from private.webhook_events where job_id not in (select id from public.jobs) $$, 'their webhooks go along');
select is_empty($$ select from public.job_attempts where job_id not in (select id from public.jobs) $$, 'so do their attempts');
select is_empty($$ select from realtime.messages where event = 'DELETE' $$, 'nobody is told of what is that old');
select is((select count(*) from private.doomed_files where prefix like '%' || (select id from named where key = 'a') || '/'), 1::bigint,
  'the files of a result are deleted');
select is((select count(*) from private.doomed_files where prefix like '%' || (select id from named where key = 'd failed') || '/%' and due_at > '2035-01-01'),
  0::bigint, 'of what has none, nothing is looked for');
select is(private.forget_old_jobs('1 minute'), 0, 'none goes twice');
delete from public.projects where id = tests.project_id('canvas');
select is(private.forget_old_jobs('1 minute'), 1, 'what nothing refers to any more has its turn with the next pass');

-- A tool of its own
select ops.set_retention('echo', null, null, null, null, p_jobs => null);
select pg_temp.make('bo', 'g');
select tests.freeze('2050-01-01 00:00:00Z');
select is(private.forget_old_jobs('1 minute'), 0, 'a tool of its own time keeps its jobs');
select ops.set_retention('echo', null, null, null, null, p_jobs => '2 years');
select private.forget_old_jobs('0', 1, 1) from generate_series(1, 3);
select is((select count(*) from public.jobs where idempotency_key = 'g'), 0::bigint, 'a piece at a time it comes to all');
select is((select sum(amount) from public.credit_entries where job_id = (select id from named where key = 'c')), -1::numeric,
  'what was paid stays paid');

select * from finish();
rollback;
