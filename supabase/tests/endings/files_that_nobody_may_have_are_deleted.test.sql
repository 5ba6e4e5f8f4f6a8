begin;
select plan(22);

select tests.create_user('ana', 20);
select tests.enable_echo(9);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.doomed(p_key text) returns text language sql stable as $$
  select string_agg(format('%s+%s', substr(prefix, 75), (extract(epoch from due_at - private.now()) / 3600)::integer), ' ' order by due_at)
  from private.doomed_files where job_id = (tests.job(p_key)).id
$$;

-- Which
select tests.create_job('ana', 'early'), tests.cancel('early');
select is(pg_temp.doomed('early'), null, 'where there can be none, none are looked for');
select tests.create_job('ana', 'in doubt'), tests.pass('in doubt'), tests.cancel('in doubt');
select is(pg_temp.doomed('in doubt'), null, 'nor while no result is known');
select tests.complete('in doubt');
select is(pg_temp.doomed('in doubt'), '+0', 'what comes too late is deleted');
select tests.create_job('ana', 'refused'), tests.submit('refused', 't-1'), tests.produce('refused'), tests.refuse_output('refused');
select is(pg_temp.doomed('refused'), '+0 +3',
  'what was being copied, at once, and when every upload that had begun is over');
select tests.create_job('ana', 'word'), tests.submit('word', 't-2'), tests.webhook('word', 'e-1', p_external_id => 't-2');
select tests.fail_task('word', 'never');
select is(pg_temp.doomed('word'), '+0 +3', 'or may have been');
select tests.create_job('ana', 'done'), tests.submit('done', 't-3'), tests.produce('done'), tests.complete('done');
select is(pg_temp.doomed('done'), null, 'nothing of a job that is completed');
select tests.create_job('ana', 'orphan'), tests.submit('orphan', 't-4'), tests.fail_task('orphan', 'backoff'), tests.later('1 hour'),
  private.dispatch('echo');
select tests.submit('orphan', 't-5'), tests.complete('orphan', 1), tests.complete('orphan', 2);
select is(pg_temp.doomed('orphan'), '2-+0', 'but what another attempt has stored beside it');

-- By whom
truncate private.doomed_files;
select tests.create_job('ana', 'listed'), tests.submit('listed', 't-6');
select worker.complete(id, (tests.attempt('listed')).token, '{"files": [{"bucket": "outputs", "path": "kept.png"}]}') from tests.job('listed');
insert into private.doomed_files (bucket, prefix, job_id, due_at)
select 'outputs', 'a/', (tests.job('listed')).id, private.now() union all
select 'outputs', 'b/', (tests.job('early')).id, private.now() union all
select 'inputs', 'c/', null, private.now() union all
select 'outputs', 'd/', null, private.now() + interval '1 hour';
select is(private.has_endings_due(), true, 'they wait for a worker');
select results_eq($$ select bucket, prefix, keep from worker.receive_doomed_files() order by prefix $$,
  $$ values ('outputs', 'a/', '{kept.png}'::text[]), ('outputs', 'b/', '{}'), ('inputs', 'c/', '{}') $$,
  'who is told what to keep: what a completed job lists');
select is_empty('select worker.receive_doomed_files()', 'they are leased');
select tests.later('1 minute');
select is((select count(*) from worker.receive_doomed_files(2)), 2::bigint, 'a worker that crashes is followed by another');
select is((select count(*) from worker.receive_doomed_files()), 1::bigint, 'each is given to one');
select worker.doomed_files_deleted(doomed_id) from private.doomed_files where prefix = 'a/';
select tests.later('2 minutes');
select is((select string_agg(prefix, '' order by prefix) from worker.receive_doomed_files()), 'b/c/', 'those that are gone are forgotten');
select tests.later('3 minutes');
select is_empty('select worker.receive_doomed_files()', 'those that are not come back later each time');
select tests.later('1 minute');
select is((select count(*) from worker.receive_doomed_files()), 2::bigint, 'twice as late');
update private.doomed_files set tries = 40, due_at = private.now() where prefix = 'b/';
select worker.receive_doomed_files();
select is((select due_at - private.now() from private.doomed_files where prefix = 'b/'), '256 minutes', 'within a few hours at the most');
select worker.doomed_files_deleted(doomed_id), worker.doomed_files_deleted(doomed_id) from private.doomed_files;
select is(private.has_endings_due(), false, 'nothing waits any more');

-- A user who is gone
select tests.create_user('bo', 0);
delete from auth.users where id = tests.user_id('bo');
select results_eq($$ select bucket, prefix = tests.user_id('bo') || '/', job_id, due_at - private.now() from private.doomed_files
    where bucket in ('inputs', 'outputs') order by due_at, bucket $$,
  $$ values ('inputs', true, null::uuid, '0'::interval), ('outputs', true, null, '0'), ('inputs', true, null, '3 hours'),
     ('outputs', true, null, '3 hours') $$, 'of a user who is gone all is deleted, and once more when it is quiet');
select tests.as_user('ana');
select throws_ok('select worker.receive_doomed_files()', '42501', null, 'a user may not ask');
select throws_ok('select worker.doomed_files_deleted(1)', '42501', null, 'nor say that they are gone');
select throws_ok('select * from private.doomed_files', '42501', null, 'nor look');
select tests.reset();
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
