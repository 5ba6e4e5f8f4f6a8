begin;
select plan(13);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.deploy();
delete from private.faults where true;
select private.beat(part, '{}') from private.parts();
select results_eq($$ select h ->> 'status', h -> 'problems', h ->> 'tick_age_seconds' from worker.deep_health() h $$,
  $$ values ('ok', '[]'::jsonb, '0.0') $$, 'all is well');
select tests.freeze('2030-01-01 00:05:00Z');
select private.beat(part, '{}') from private.parts() where part <> 'esteira-tick';
select private.note_fault('esteira-ask', null, 'P0001', 'broken');
select results_eq(
  $$ select h ->> 'status', p ->> 'code', p ->> 'level', p ->> 'subject' from worker.deep_health() h, jsonb_array_elements(h -> 'problems') p $$,
  $$ values ('broken', 'cron_dead', 'error', 'esteira-tick'), ('broken', 'part_failing', 'warn', 'esteira-ask') $$,
  'what is wrong, the worst first, by the codes of the verdicts');
select is(worker.deep_health() ->> 'tick_age_seconds', '300.0', 'how long ago the last tick was');
select private.beat('esteira-tick', '{}');
select is(worker.deep_health() ->> 'status', 'degraded', 'what is only not as it should be');
select tests.freeze('2030-01-01 00:30:00Z');
select is((select count(*) from jsonb_array_elements(worker.deep_health() -> 'problems')), 1::bigint, 'when pg_cron is dead that is said once');

-- Metrics.
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits');
create function pg_temp.value(p_name text, p_labels jsonb default '{}') returns double precision language sql as $$
  select value from worker.metrics() where name = p_name and labels @> p_labels
$$;
select is(pg_temp.value('esteira_part_age_seconds', '{"part": "esteira-tick"}'), 1500::double precision, 'the age of a beat');
select is(pg_temp.value('esteira_part_up', '{"part": "esteira-tick"}'), 0::double precision, 'that it is dead');
select is(pg_temp.value('esteira_jobs_waiting', '{"lane": "echo"}'), 1::double precision, 'who waits');
select is(pg_temp.value('esteira_slots_held', '{"lane": "echo"}'), 1::double precision, 'what is held');
select is(pg_temp.value('esteira_broken'), 1::double precision, 'that somebody must act');
select is(pg_temp.value('esteira_problem', '{"code": "cron_dead"}'), 1::double precision, 'and why');
select is_empty($$ select name, labels from worker.metrics() group by 1, 2 having count(*) > 1 $$, 'no sample comes twice');
select is_empty($$ select name from worker.metrics() where value is null or kind not in ('gauge', 'counter', 'info') or help is null $$, 'each has a value, a kind and a help');

select * from finish();
rollback;
