begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', key) from unnest(array['made', 'failed', 'odd']) key;
select tests.submit('made', 'task-1'), tests.submit('failed', 'task-2'), tests.submit('odd', 'task-3');
create function pg_temp.cost(p_key text) returns text language sql as $$
  select concat_ws(' ', cost, cost_currency) from tests.attempt(p_key)
$$;

select worker.produced((tests.job('made')).id, (tests.attempt('made')).token, '[]', '{}', p_cost => 0.125, p_cost_currency => 'USD');
select is(pg_temp.cost('made'), '0.125 USD', 'with its result');
select worker.cost_noted((tests.job('failed')).id, (tests.attempt('failed')).token, 3, 'coins');
select tests.fail('failed', 'never');
select is(pg_temp.cost('failed'), '3 coins', 'or without one, in whatever its provider counts');
select is(worker.produced((tests.job('odd')).id, (tests.attempt('odd')).token, '[]', '{}', p_cost => 7), 'produced', 'a number of nothing');
select is(pg_temp.cost('odd'), '', 'is no cost, and in nobody''s way');
select worker.cost_noted((tests.job('odd')).id, gen_random_uuid(), 3, 'coins');
select is(pg_temp.cost('odd'), '', 'nor is what no attempt''s token stands for');

select * from finish();
rollback;
