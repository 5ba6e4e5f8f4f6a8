begin;
select plan(13);
select tests.enable_echo(1);
select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'first'), tests.create_job('ana', 'second');
select tests.freeze('2030-01-01 00:10:00Z');
select private.note_verdicts();
select tests.freeze('2030-01-01 01:00:00Z');
select tests.submit('first'), tests.complete('first');
select private.note_verdicts();
select tests.freeze('2030-01-01 01:05:00Z');
select tests.submit('second', 'task-2');
select tests.freeze('2030-01-01 01:10:00Z');
select private.note_verdicts();
select tests.complete('second');
select tests.freeze('2030-01-02 00:00:00Z');

create function pg_temp.codes(p_at timestamptz) returns text[] language sql as $$
  select array_agg(code order by rank) from ops.diagnose((tests.job('second')).id, p_at)
  where code in ('waiting_for_slot', 'was_waiting', 'was_running', 'submitting', 'provider_running', 'not_created_yet', 'completed')
$$;
select is(pg_temp.codes('2029-12-31 00:00Z'), '{not_created_yet}', 'before it was created it was not');
select is(pg_temp.codes('2030-01-01 00:01Z'), '{was_waiting}', 'before anybody looked, its history says that it waited');
select is(pg_temp.codes('2030-01-01 00:30Z'), '{waiting_for_slot,was_waiting}', 'then what was found, and the step');
select is((select array_agg(c order by c) from unnest(pg_temp.codes('2030-01-01 01:02Z')) c), '{submitting,was_running}', 'what followed');
select is((select array_agg(c order by c) from unnest(pg_temp.codes('2030-01-01 01:10Z')) c), '{completed}', 'and its end, from that moment');
select is(pg_temp.codes('2030-01-01 20:00Z'), '{completed}', 'and after it');

select is(evidence -> 'noted', '{"first": "2030-01-01T00:10:00+00:00", "last": "2030-01-01T00:10:00+00:00", "until": "2030-01-01T01:00:00+00:00"}',
  'from when to when it was seen') from ops.diagnose((tests.job('second')).id, '2030-01-01 00:30Z') where code = 'waiting_for_slot';
select is(evidence ->> 'next_step', 'starting', 'and when it went on') from ops.diagnose((tests.job('second')).id, '2030-01-01 00:30Z') where code = 'was_waiting';
select is_empty($$ select from ops.diagnose((tests.job('second')).id, '2030-01-01 00:30Z') where action is not null or repair_sql is not null or ruled_out $$,
  'no advice for a time that is over');
select is((select array_agg(rank order by rank) from ops.diagnose((tests.job('second')).id, '2030-01-01 00:30Z')), '{1,2}', 'in order');
select is((select array_agg(code) from ops.diagnose((tests.job('second')).id, '2031-01-01Z') where rank = 1),
  (select array_agg(code) from ops.diagnose((tests.job('second')).id) where rank = 1), 'a time to come is now');
select tests.create_job('ana', 'third');
select is((select code from ops.diagnose((tests.job('third')).id, private.now()) where rank = 1),
  (select code from ops.diagnose((tests.job('third')).id) where rank = 1), 'and now is now');
select throws_ok($$ select ops.diagnose(gen_random_uuid(), '2030-01-01Z') $$, 'PT404');
select * from finish();
rollback;
