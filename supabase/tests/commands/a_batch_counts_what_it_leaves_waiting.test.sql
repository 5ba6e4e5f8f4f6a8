begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(2);
update private.lanes set max_waiting_per_user = 3 where lane = 'echo';
create function pg_temp.batch(p_count integer, p_more jsonb default '{}') returns text language sql as $$
  select format('select public.create_jobs(%L, %L)', tests.user_id('ana'), (
    select jsonb_agg('{"tool": "echo", "input": {}}'::jsonb || p_more) from generate_series(1, p_count)))
$$;
select tests.refuses(pg_temp.batch(6), 429, 'too_many_waiting', null, 'six jobs, of which two start, leave one too many');
select is_empty('select * from public.jobs', 'none of them is left');
select lives_ok(pg_temp.batch(5), 'five are what one user may have here, as if they came one by one');
select tests.refuses(pg_temp.batch(1), 429, 'too_many_waiting', null, 'another is too many');
select private.set_capacity(tests.account_id('echo'), 3);
select lives_ok(pg_temp.batch(1), 'until there is another slot');
select tests.refuses(pg_temp.batch(1, '{"run_at": "2100-01-01T00:00:00Z"}'), 429, 'too_many_waiting', null, 'what waits for its time waits too');

select * from finish();
rollback;
