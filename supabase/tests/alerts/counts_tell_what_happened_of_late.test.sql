-- @acceptance 003:294
begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(10);
update public.tools set max_attempts = 1 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
delete from private.heartbeats where true;
select tests.create_job('ana', k) from unnest(array['done', 'lost', 'busy', 'late', 'gone', 'dear']) k;
select tests.complete('done'), tests.fail('lost', 'never'), tests.fail('busy', 'wait', '1 day'), tests.cancel('late'), tests.complete('late');
update public.tools set max_attempts = 3 where tool = 'echo';
update public.jobs set max_attempts = 3 where idempotency_key in ('gone', 'dear');
select tests.fail('gone', 'backoff', '1 day'), tests.fail('dear', 'pause', '1 day');
insert into private.repairs (schedule, repair, count, repaired_at) values
  ('esteira-reap', 'given_up', 2, private.now()), ('esteira-reap', 'given_up', 3, private.now()), ('esteira-retry', 'unread', 9, private.now() - interval '2 hours');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 1, 't', 'e', private.now());
insert into cron.job_run_details (runid, status, end_time) values (-1, 'failed', private.now()), (-2, 'succeeded', private.now());

select set_eq(
  $$ select name, count from ops.counts() where name not like 'webhooks%' and name <> 'files to be deleted' and count > 0 $$,
  $$ values
    ('attempts succeeded', 1::bigint), ('attempts failed', 1), ('attempts retried', 1), ('attempts waited', 1), ('attempts paused', 1),
    ('attempts orphaned', 1), ('esteira-reap given_up', 5), ('schedules failed', 1), ('broadcasts failed', 1), ('broadcasts unheard', 2),
    ('accounts paused', 1), ('dead letters', 1)
  $$,
  'retry classes, orphans, reaps, pauses');
select is((select count from ops.counts('3 hours') where name = 'esteira-retry unread'), 9::bigint, 'as far back as is asked for');
select ops.pause_lane('echo', 'maintenance');
select is((select count from ops.counts() where name = 'lanes paused'), 1::bigint, 'paused lanes are what is now');
select tests.freeze('2030-01-01 06:00:00Z');
select is_empty(
  $$ select name from ops.counts() where count > 0 and name not in ('accounts paused', 'lanes paused', 'files to be deleted', 'dead letters') $$,
  'what happened earlier is not counted');
select is((select count from ops.counts() where name = 'dead letters'), 1::bigint, 'what is dead is');

select * from finish();
rollback;
