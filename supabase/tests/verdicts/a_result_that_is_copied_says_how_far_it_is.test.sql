begin;
select plan(12);
select tests.deploy();
select tests.enable_echo(5);
select tests.create_user('ana');
select tests.create_job('ana', name) from unnest(array['next', 'copying', 'blocked', 'nobody']) name;
select tests.submit(name, 'task ' || name), tests.produce(name) from unnest(array['next', 'copying', 'blocked', 'nobody']) name;

select is(tests.first_verdict('next'), 'produced info', 'a result that the provider has is copied next');
select ok((tests.verdict('next', 'copy_blocked')).ruled_out, 'nothing is in its way');
select is((tests.verdict('next', 'deadline_in')).code, null, 'and no deadline ends it');

update public.job_attempts set checkpoint = checkpoint || jsonb_build_object('copying_until', private.now() + interval '50 seconds',
  'stored', '[{"url": "https://secret.test/a", "file": {"bucket": "outputs", "path": "a", "content_type": "image/png", "bytes": 1000}}]'::jsonb,
  'copied_bytes', 3000, 'copying', '{"index": 1, "state": {"total": 9000, "url": "https://secret.test/b"}}'::jsonb)
where job_id = (tests.job('copying')).id;
select is(tests.first_verdict('copying'), 'copy_in_progress info', 'while a worker copies, that is told');
select results_eq($$ select evidence ->> 'bytes_stored', evidence ->> 'bytes_of_current', evidence ->> 'bytes_of_current_sent'
    from tests.verdict('copying', 'copy_in_progress') $$,
  $$ values ('1000', '9000', '3000') $$, 'with how many bytes');
select doesnt_match((select string_agg(v::text, ' ') from ops.diagnose((tests.job('copying')).id) v), 'secret\.test',
  'where the result lies is told to nobody');

update public.job_attempts set checkpoint = checkpoint || '{"looks": 3, "look_error": "Storage answered 507", "copying_until": null}'
where job_id = (tests.job('blocked')).id;
select tests.message_is_due('settle_queue', 'blocked', '40 seconds', 4);
select is(tests.first_verdict('blocked'), 'copy_blocked warn', 'a result that cannot be copied is told of');
select matches((tests.verdict('blocked', 'copy_blocked')).detail, '3 times in a row: Storage answered 507', 'with why');
select cmp_ok((tests.verdict('blocked', 'copy_blocked')).expected_at, '>', private.now() + interval '30 seconds', 'and when it is tried again');
select is((tests.verdict('blocked', 'copy_blocked')).evidence ->> 'given_up_at',
  to_jsonb((tests.attempt('blocked')).word_at + interval '24 hours') #>> '{}', 'and until when');

select tests.message_is_due('settle_queue', 'nobody', '-5 minutes', 0);
select is((tests.verdict('nobody', 'produced')).level, 'warn', 'that nobody comes to copy is not as it should be');
select pgmq.delete('settle_queue', msg_id) from tests.messages('settle_queue') where message ->> 'job_id' = (tests.job('nobody')).id::text;
select is(tests.first_verdict('nobody'), 'message_lost warn', 'nor that no message says so');
select * from finish();
rollback;
