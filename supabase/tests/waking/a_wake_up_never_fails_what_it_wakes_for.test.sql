begin;
select plan(12);

select tests.deploy();
select tests.create_user('ana', 10);
select tests.enable_echo(5), tests.enable_tool('other', 'other', 5);
create function pg_temp.address(p_url text) returns void language sql as $$
  select vault.update_secret((select id from vault.secrets where name = 'project_url'), p_url);
  delete from private.throttles where true;
$$;

-- As somebody sets it who does not use ops.set_secret.
select pg_temp.address('project.test');
select throws_like('select private.post_poke(''echo'')', '%Bad scheme%', 'pg_net raises for an address that is none');
select lives_ok($$ select tests.create_job('ana', 'one') $$, 'a job is created all the same');
select is((tests.job('one')).status, 'processing', 'and started');
select is(tests.complete('one'), 'completed', 'it completes');
select matches((select error from ops.faults where part = 'poke' and lane = 'echo'), 'Bad scheme', 'the fault is told');
select private.alerts_tick();
select isnt_empty($$ select from ops.alerts where rule = 'A part of the schedules fails' $$, 'and alerted');
select tests.create_job('ana', 'two'), tests.create_job('ana', 'other', 'other');
update pgmq.q_echo_queue set vt = now() - interval '5 seconds' where true;
update pgmq.q_other_queue set vt = now() - interval '5 seconds' where true;
select is(private.tick(), 2, 'the tick goes on through the lanes');
select lives_ok('select private.sweep(), worker.reap(), worker.wake(''echo'')', 'so does the rest');

select pg_temp.address(E'  http://project.test/\n');
select private.poke('echo');
select is((select url from tests.pokes()), 'http://project.test/functions/v1/worker', 'what pasting brought along does not matter');
select is((select headers ->> 'apikey' from tests.pokes()), 'sb_secret_tests', 'with its key');

select vault.update_secret((select id from vault.secrets where name = 'worker_secret_key'), E'sb_secret_tests\n');
delete from net.http_request_queue where true;
delete from private.throttles where true;
select private.poke('echo');
select is((select headers ->> 'apikey' from tests.pokes()), 'sb_secret_tests', 'nor at the end of the key, after which the body would be lost');
select vault.update_secret((select id from vault.secrets where name = 'project_url'), ' ');
delete from private.throttles where true;
select private.poke('echo');
select is((select count(*) from tests.pokes()), 1::bigint, 'an empty address is none');

select * from finish();
rollback;
