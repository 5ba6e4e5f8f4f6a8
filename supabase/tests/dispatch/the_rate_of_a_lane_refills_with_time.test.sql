begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set rate_limit = 4, rate_window = '8 seconds' where lane = 'echo';
select public.create_jobs(tests.user_id('ana'), (
  select jsonb_agg('{"tool": "echo", "input": {}}'::jsonb) from generate_series(1, 30)));
select is((select count(*) from public.job_attempts), 3::bigint, 'where slots are fewer, they decide');
select private.set_capacity(tests.account_id('echo'), 50);
select tests.freeze('2030-01-01 00:00:05Z');
select is(private.dispatch('echo'), 1, 'only what has started counts');
select tests.freeze('2030-01-01 00:00:07.999Z');
select is(private.dispatch('echo'), 0, 'before the window has passed the rate is used up');
select tests.freeze('2030-01-01 00:00:08Z');
select is(private.dispatch('echo'), 3, 'then as many may start as started then');
select tests.freeze('2030-01-01 00:00:13Z');
select is(private.dispatch('echo'), 1, 'and so on');
select tests.freeze('2030-01-01 00:00:12Z');
select is(private.dispatch('echo'), 0, 'a clock that goes back starts nothing');
select tests.freeze('2030-01-01 01:00:00Z');
select is(private.dispatch('echo'), 4, 'an idle hour saves up no more than the limit');
select is((select count(*) from private.starts), 4::bigint, 'and is forgotten');
update private.lanes set rate_limit = null, rate_window = null where lane = 'echo';
select is(private.dispatch('echo'), 18, 'without a rate, slots alone decide');

select * from finish();
rollback;
