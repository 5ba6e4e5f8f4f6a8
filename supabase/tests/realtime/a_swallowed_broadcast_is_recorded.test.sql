-- @acceptance 001:147-156, 002:139-140
-- A payload that is no object cannot be sent: that is the error here. What is so of a whole day, a partition that is not
-- there, needs the platform's own role: see the race tests.
begin;
select plan(12);

set local client_min_messages = error;
select tests.freeze('2030-01-01 00:00:10Z');
create function pg_temp.hints(p_payloads jsonb[]) returns private.hint[] language sql as $$
  select array_agg((gen_random_uuid(), 'jobs:somebody', 'UPDATE', payload, tests.user_id('row'))::private.hint order by n)
  from unnest(p_payloads) with ordinality p (payload, n)
$$;
select private.broadcast('jobs:somebody', 'UPDATE', '{"fine": true}', tests.user_id('row'));
select is_empty('select * from private.broadcast_failures', 'a broadcast that was sent is not recorded');
select private.broadcast('jobs:somebody', 'UPDATE', '7', tests.user_id('row'));
select results_eq(
  'select topic, event, row_id, count, heard, failed_at from private.broadcast_failures',
  $$ values ('jobs:somebody', 'UPDATE', tests.user_id('row'), 1::bigint, 1::bigint, private.now()) $$,
  'one that was not is, also on a topic that has just been sent to');
select private.broadcast('jobs:somebody', 'UPDATE', '{"fine": true}', tests.user_id('row'));
select is((select sum(count) from private.broadcast_failures), 1::numeric, 'the next one is sent');
select is((select count(*) from realtime.messages where topic = 'jobs:somebody'), 2::bigint, 'two of three arrived');
select is((select count(*) from private.throttles where name = 'broadcasts failed'), 1::bigint, 'there was a warning');
select is(private.may_pass('broadcasts failed', '1 minute'), false, 'and is no other within a minute');

select tests.later('1 minute');
select is(private.send(pg_temp.hints('{"{}","7","{}"}')), 2, 'one that cannot be sent keeps none from being sent');
select results_eq('select minute, count from private.broadcast_failures order by minute',
  $$ values ('2030-01-01 00:00:00Z'::timestamptz, 1::bigint), ('2030-01-01 00:01:00Z', 1) $$, 'they are counted by the minute');
select tests.later('1 minute');
select is(private.send(pg_temp.hints('{"1","2","3","{}","4"}')), 0, 'after three in a row the rest is not tried');
select is((select count from private.broadcast_failures where minute = private.now() - interval '10 seconds'), 5::bigint,
  'but counted');
select is((select count(distinct cause) from private.broadcast_failures), 1::bigint, 'under the same cause');

-- A constraint of somebody's own is no missing partition.
create function pg_temp.check_failed() returns trigger language plpgsql as $$
begin
  raise check_violation using constraint = 'of_somebody';
end
$$;
create trigger check_failed before insert on realtime.messages for each row execute function pg_temp.check_failed();
select private.send(pg_temp.hints('{"{}","{}"}'));
select is((select count(*) from private.broadcast_failures where cause = '23514'), 1::bigint, 'whatever refuses it is its cause');

select * from finish();
rollback;
