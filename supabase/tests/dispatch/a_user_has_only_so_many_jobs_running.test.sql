begin;
select plan(9);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(5);
update private.lanes set max_active_per_user = 2 where lane = 'echo';
select tests.create_job('ana', 'a' || n) from generate_series(1, 4) n;
select is(tests.running(), '{a1,a2}', 'no more than the lane allows, though slots are free');
select tests.create_job('bo', 'b' || n) from generate_series(1, 3) n;
select is(tests.running(), '{a1,a2,b1,b2}', 'others pass, up to the same limit');

select tests.complete('a1');
select is(tests.running(), '{a2,a3,b1,b2}', 'a job that completes makes room for the next');
select tests.fail('a2', 'never');
select is(tests.running(), '{a3,a4,b1,b2}', 'so does one that fails');
select tests.cancel('b1');
select is(tests.running(), '{a3,a4,b2,b3}', 'or is cancelled');
select tests.webhook('b2', 'event-1');
select tests.create_job('bo', 'b4');
select is((tests.job('b4')).status, 'pending', 'one that is still to be settled counts, though it holds no slot');

select tests.enable_upscaler(1);
select tests.create_job('bo', 'elsewhere', 'upscaler');
select is((tests.job('elsewhere')).status, 'processing', 'other lanes do not count');
select is(private.active_jobs('echo', tests.user_id('bo')), 2::bigint, 'nor are they counted');
update private.lanes set max_active_per_user = null where lane = 'echo';
select private.dispatch('echo');
select is(tests.running(), '{a3,a4,b2,b3,b4,elsewhere}', 'without the limit, slots alone decide');

select * from finish();
rollback;
