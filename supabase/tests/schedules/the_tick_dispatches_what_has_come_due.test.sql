-- @acceptance 003:44, 003:206
begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.enable_upscaler(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', p_run_at => '2030-01-01 01:00:00Z'),
  tests.create_job('ana', 'two', 'upscaler', p_run_at => '2030-01-01 01:00:00Z');
select private.tick();
select is(tests.running(), '{}', 'before their time nothing');
select tests.freeze('2030-01-01 01:00:00Z');
select private.tick();
select is(tests.running(), '{one,two}', 'then all, in every lane');
select private.tick();
select is((select count(*) from public.job_attempts), 2::bigint, 'ticking again changes nothing');

select * from finish();
rollback;
