begin;
select plan(15);

select tests.deploy();
select tests.create_user('ana', 5);
select tests.enable_echo(2);
create function pg_temp.batch(p_bad jsonb, p_size integer default 4, p_place integer default 3) returns text language sql as $$
  select format('select public.create_jobs(%L, %L)', tests.user_id('ana'), jsonb_agg(
    case when n = p_place then p_bad else '{"tool": "echo", "input": {}}' end order by n))
  from generate_series(1, p_size) n
$$;
create temporary table before as select * from public.credit_accounts;

select tests.refuses(pg_temp.batch('{"tool": "nothing", "input": {}}'), 404, 'unknown_tool', 'tool', 'one of an unknown tool');
select tests.refuses(pg_temp.batch('{"tool": "echo"}'), 422, 'invalid_input', 'input', 'one without input');
select tests.refuses(pg_temp.batch('"echo"'), 404, 'unknown_tool', 'tool', 'one that is no object');
select tests.refuses(
  pg_temp.batch('{"tool": "echo", "input": {}, "metadata": 1}'), 422, 'invalid_input', 'metadata', 'one with metadata of another kind');
select tests.refuses(pg_temp.batch('{"tool": "echo", "input": {}, "priority": 99999}'), 422, 'invalid_input', 'priority', 'one whose priority is no priority');
select tests.refuses(
  pg_temp.batch('{"tool": "echo", "input": {}}', 6), 402, 'insufficient_credits', '{"price": 6, "balance": 5}', 'credits that are used up by the last');
update private.lanes set max_waiting_per_user = 1 where lane = 'echo';
select tests.refuses(
  pg_temp.batch('{"tool": "echo", "input": {}}'), 429, 'too_many_waiting', '{"lane": "echo", "limit": 1}', 'one more than may wait');

select is_empty('select * from public.jobs', 'of none of these batches there is a job');
select is_empty('select * from private.tickets', 'no place in line is taken');
select bag_eq('select * from public.credit_accounts', 'select * from before', 'nothing is charged');
select is_empty('select * from tests.messages(''echo_queue'')', 'nothing is queued');
select is_empty('select * from tests.pokes()', 'and nobody woken');
update private.lanes set max_waiting_per_user = null where lane = 'echo';
select tests.create_job('ana', 'one');
select is(tests.running(), '{one}', 'what comes after is dispatched at once, as ever');
select lives_ok(pg_temp.batch('{"tool": "echo", "input": {}}'), 'and a batch may cost all that is left');
select is(tests.balance('ana'), 0, 'to the last credit');

select * from finish();
rollback;
