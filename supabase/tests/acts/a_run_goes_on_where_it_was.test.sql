-- More than a hundred jobs are done in the background, a batch at a time.
begin;
select plan(36);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 1000), tests.create_user('bia', 1000);
select tests.enable_echo(0);
update private.lanes set max_waiting_per_user = null where lane = 'echo';

create function pg_temp.make(p_user text, p_count integer) returns void language sql as $$
  insert into public.jobs (user_id, tool, lane, status, current_step, ticket, completed_at, failed_at_step, error_code, error_message, created_at)
  select tests.user_id(p_user), 'echo', 'echo', 'failed', 'failed', n, private.now() + n * interval '1 second', 'running', 'out_of_luck', 'No.',
    private.now() from generate_series(1, p_count) n
$$;
select pg_temp.make('ana', 240), pg_temp.make('bia', 10);
create function pg_temp.run() returns private.bulk_runs language sql as $$
  select r from private.bulk_runs r order by begun_at desc, run_id desc limit 1
$$;
create function pg_temp.work() returns integer language plpgsql as $$
declare
  v_count integer := 0;
  v_did integer;
begin
  loop -- a batch ends by the clock, too
    v_did := private.work_runs();
    exit when v_did = 0;
    v_count := v_count + v_did;
  end loop;
  return v_count;
end
$$;
create function pg_temp.retried() returns bigint language sql as $$ select count(*) from public.jobs where retried_from is not null $$;

select is(ops.act('redrive', '{"error_code": "out_of_luck"}') ->> 'in_background', 'true', 'a dry run says that it would be done in the background');
select is(ops.act('redrive', '{"error_code": "out_of_luck"}', false, 'The provider is back') - array['run_id', 'sample', 'examples'],
  '{"action": "redrive", "dry_run": false, "matched": 250, "qualified": 250, "skipped": {}, "credits": {"charged": 250, "refunded": 0}, "in_background": true,
    "state": "running", "items": 250, "done": 0, "skipped_in_run": 0, "failed": 0, "to_do": 250, "codes": {}, "new_job_ids": []}', 'then it is begun, and nothing done yet');
select private.work_run((pg_temp.run()).run_id, 'infinity');
select is((ops_api.run((pg_temp.run()).run_id)) - array['run_id', 'new_job_ids', 'action', 'actor', 'actor_role', 'filter', 'reason', 'begun_at', 'beat_at', 'ended_at', 'skipped', 'not_done'],
  '{"state": "running", "items": 250, "done": 100, "skipped_in_run": 0, "failed": 0, "to_do": 150, "codes": {}}', 'a batch is a hundred');
select is(pg_temp.retried(), 100::bigint, 'as many are done');
select is((select max(completed_at) from public.jobs j where exists (select from public.jobs n where n.retried_from = j.id)),
  private.now() + interval '90 seconds', 'the oldest first, whosever they are');

-- Aborted and taken up again.
select is(ops.abort_run((pg_temp.run()).run_id, 'Not yet') - array['run_id', 'new_job_ids'],
  '{"state": "aborted", "items": 250, "done": 100, "skipped_in_run": 0, "failed": 0, "to_do": 150, "codes": {}}', 'it can be aborted');
select is(private.work_runs(), 0, 'then nobody works on it');
select tests.refuses(format('select ops.abort_run(%L)', (pg_temp.run()).run_id), 409, 'run_aborted', 'run_id', 'once');
-- Meanwhile some are deleted, and done again by their user.
delete from public.jobs where id = (select job_id from private.bulk_items where n = 200);
select public.retry_job(job_id) from private.bulk_items where n = 201;
select is(ops.resume_run((pg_temp.run()).run_id, 'Now') ->> 'state', 'running', 'and resumed');
select cmp_ok((private.run('esteira-acts') ->> 'esteira-acts')::integer, '>', 0, 'the schedule goes on with it');
select pg_temp.work();
select is((pg_temp.run()).state, 'done', 'to its end');
select results_eq('select items, done, skipped, failed, to_do from ops.bulk_runs', $$ values (250, 248, 2, 0, 0) $$, 'all that was to be done is');
select results_eq('select n, outcome, code from private.bulk_items where outcome <> ''done'' order by n',
  $$ values (200, 'skipped', 'not_found'), (201, 'skipped', 'already_retried') $$, 'but for what was done otherwise meanwhile');
select is(pg_temp.retried(), 249::bigint, 'each is done again once');
select is(private.work_runs(), 0, 'and that is that');
select tests.refuses(format('select ops.resume_run(%L)', (pg_temp.run()).run_id), 409, 'run_done', 'run_id', 'what is done is done');
select tests.refuses('select ops.abort_run(gen_random_uuid())', 404, 'not_found', 'run_id', 'what is not there is told');
select results_eq($$ select action, coalesce(counts ->> 'qualified', counts ->> 'done'), reason, run_id = (pg_temp.run()).run_id from ops.audit order by audit_id $$,
  $$ values ('redrive', '250', 'The provider is back', true), ('abort', '100', 'Not yet', true), ('resume', '100', 'Now', true), ('redrive ended', '248', 'The provider is back', true) $$,
  'the audit tells all of it');

-- What is refused, and what cannot be done, stops nobody. A limit of a user's puts off theirs alone.
delete from public.jobs where true;
select pg_temp.make('ana', 120), pg_temp.make('bia', 5);
select ops.set_limit('creates_a_minute_by_server', 50);
select tests.later('10 minutes');
select ops.act('redrive', '{"lane": "echo"}', false, 'Again');
select pg_temp.work();
select is((select (done, failed, to_do)::text from ops.bulk_runs where state = 'running'), '(55,0,70)', 'as many of a user as may be created in a minute, and all of others');
select is((select array_agg(distinct code) from private.bulk_items where outcome is null and tries > 0), '{too_many_creates}', 'the rest is put off');
select is(private.work_runs(), 0, 'and not tried again at once');
select tests.later('61 seconds');
select is(pg_temp.work(), 50, 'but when the minute is over');
select tests.later('61 seconds');
select pg_temp.work();
select is((select count(*) from ops.bulk_runs where state = 'running'), 0::bigint, 'until all is done');

-- What raises is told.
create function pg_temp.raise() returns trigger language plpgsql as $$ begin raise exception 'somebody''s own trigger'; end $$;
select pg_temp.make('bia', 2);
create trigger zzz before insert on public.jobs for each row execute function pg_temp.raise();
select is(ops.act('redrive', jsonb_build_object('user_id', tests.user_id('bia')), false, 'x') -> 'codes', '{"P0001": 2}', 'an error fails its job');
select is((select array_agg(distinct message) from private.bulk_items where outcome = 'failed'), array['somebody''s own trigger'], 'with its words');
select is(ops_api.run((pg_temp.run()).run_id) #>> '{not_done,1,message}', 'somebody''s own trigger', 'as the console shows');
drop trigger zzz on public.jobs;
update public.credit_accounts set balance = 0 where user_id = tests.user_id('bia');
select is(ops.act('redrive', jsonb_build_object('user_id', tests.user_id('bia')), false, 'x') #> '{skipped,insufficient_credits}', '2', 'who cannot pay is left');
select is((select state from ops.bulk_runs order by run_id desc limit 1), 'done', 'a run of nothing is done');

-- Who worked and died has done nothing: what is not committed is done by the next.
update public.credit_accounts set balance = 100 where user_id = tests.user_id('bia');
savepoint work;
select ops.act('redrive', jsonb_build_object('user_id', tests.user_id('bia')), false, 'x');
rollback to work;
select is((select count(*) from private.bulk_items where outcome is null), 0::bigint, 'nothing is left of what was rolled back');

-- Bounds.
select is((select count(*) from ops_api.runs(1)), 1::bigint, 'runs are listed');
select is((select count(*) from ops_api.runs()), (select count(*) from private.bulk_runs), 'all of them');

-- Retention.
select tests.later('31 days');
select private.clean_up();
select is((select count(*) from private.bulk_runs) + (select count(*) from private.bulk_items), 0::bigint, 'runs are forgotten after 30 days');
select isnt((select count(*) from ops.audit), 0::bigint, 'the audit is not');
select throws_ok('delete from private.audit where true', '23514', null, 'nobody deletes it');
select throws_ok('update private.audit set reason = null where true', '23514', null, 'or changes it');
select tests.later('701 days');
select private.clean_up();
select is_empty('select from private.audit', 'but time, after two years');
select * from finish();
rollback;
