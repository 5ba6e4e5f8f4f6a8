begin;
select plan(9);

select tests.create_user('ana', 20);
select tests.enable_echo(5);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set delivery = 'sync' where lane = 'echo';

create function pg_temp.doomed(p_key text) returns bigint language sql as $$
  select count(*) from private.doomed_files where job_id = (tests.job(p_key)).id and prefix like '%/' || job_id || '/'
$$;
select tests.create_job('ana', 'lost'), tests.create_job('ana', 'cancelled'), tests.create_job('ana', 'refused'),
  tests.create_job('ana', 'unsent'), tests.create_job('ana', 'kept');

select tests.pass('lost');
select worker.submit_unknown((tests.job('lost')).id, (tests.attempt('lost')).token);
select is((tests.job('lost')).error_code, 'submit_unknown', 'an answer is lost');
select is(pg_temp.doomed('lost'), 2::bigint, 'what came of it may lie in Storage: it goes, now and when nobody stores any more');

select tests.pass('cancelled'), tests.cancel('cancelled');
select is(pg_temp.doomed('cancelled'), 2::bigint, 'so does what comes of one that is cancelled meanwhile');

select tests.pass('refused'), tests.refuse_submit('refused', 'never');
select is((tests.job('refused')).status, 'failed', 'one is refused');
select is(pg_temp.doomed('refused'), 0::bigint, 'nothing came of it');
select tests.cancel('unsent');
select is(pg_temp.doomed('unsent'), 0::bigint, 'nor of one that was never sent');

-- One that is stored when its job has ended
update public.job_attempts set checkpoint = checkpoint || '{"stored": []}' where token = (tests.attempt('cancelled')).token;
select is(tests.produce('cancelled'), 'late', 'a result comes too late');
select is(pg_temp.doomed('cancelled'), 3::bigint, 'what is stored of it goes at once');

select tests.pass('kept'), tests.complete('kept');
select is(pg_temp.doomed('kept'), 0::bigint, 'a result that is kept stays');

select * from finish();
rollback;
