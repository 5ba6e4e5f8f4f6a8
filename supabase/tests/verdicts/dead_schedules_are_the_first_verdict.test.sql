begin;
select plan(20);

create function pg_temp.first(p_key text) returns text language sql as $$
  select concat_ws(' ', level, code, subject) from ops.diagnose((tests.job(p_key)).id) where rank = 1
$$;
create function pg_temp.beat(p_parts text[] default null) returns void language sql as $$
  select private.beat(part, '{}') from private.parts() where part = coalesce(part, part) and (p_parts is null or part = any (p_parts))
$$;

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits');
select tests.submit('runs');
select pg_temp.beat();
select is(pg_temp.first('waits'), 'wait waiting_for_slot echo', 'while the schedules run, a job that waits for its turn waits for its turn');
select isnt_empty(
  $$ select from ops.diagnose((tests.job('waits')).id) where code = 'cron_dead' and ruled_out and evidence ? 'tick_at' $$,
  'and that they are dead is ruled out, with the last tick for evidence');

-- All of them.
select tests.freeze('2030-01-01 00:20:00Z');
select is(pg_temp.first('waits'), 'error cron_dead pg_cron', 'when none of them has run for twenty minutes, pg_cron is dead');
select results_eq(
  $$ select since, clears, repair_sql from ops.diagnose((tests.job('runs')).id) where rank = 1 $$,
  $$ values ('2030-01-01 00:00:00Z'::timestamptz, 'by_operator', 'select worker.reap()') $$,
  'since the last beat; an operator can do by hand what was missed');
select is((select count(*) from ops.diagnose((tests.job('waits')).id) where code = 'cron_dead'), 1::bigint, 'which is said once');
select set_config('tests.waits', (tests.job('waits')).id::text, true);
select tests.as_user('ana');
select results_eq($$ select words from public.why(current_setting('tests.waits')::uuid) where rank = 1 $$,
  $$ values ('{"en": "Something is wrong on our side: what checks on jobs stands still. Your job may be late until we mend it.",
    "pt-BR": "Há um problema do nosso lado: o que acompanha os trabalhos está parado. Seu trabalho pode atrasar até corrigirmos."}'::jsonb) $$,
  'its owner is told in words, of both languages');
select tests.reset();
select lives_ok('select worker.reap()', 'the repair runs');

-- Some of them.
select pg_temp.beat();
select tests.freeze('2030-01-01 00:25:00Z');
select pg_temp.beat(array(select part from private.parts() where part <> 'esteira-tick'));
select is(pg_temp.first('waits'), 'error cron_dead esteira-tick', 'a part that is dead is named');
select matches((select detail from ops.diagnose((tests.job('waits')).id) where rank = 1), 'pg_cron does not run it', 'and why');
select pg_temp.beat(array['esteira-tick']);
select tests.freeze('2030-01-01 00:27:30Z');
select pg_temp.beat(array(select part from private.parts() where part not in ('esteira-overdue', 'esteira-cleanup')));
select is(pg_temp.first('runs'), 'error cron_dead esteira-overdue', 'that which ends what is overdue concerns who runs');
select is(pg_temp.first('waits'), 'wait waiting_for_slot echo', 'and not who waits');

-- Switched off, and taken away.
select pg_temp.beat();
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-tick';
select tests.freeze('2030-01-01 00:32:00Z');
select pg_temp.beat(array(select part from private.parts() where part <> 'esteira-tick'));
select matches((select detail from ops.diagnose((tests.job('waits')).id) where rank = 1), 'it is switched off', 'a schedule that is switched off');
create function pg_temp.repair(p_key text) returns void language plpgsql as $$
begin
  execute (select repair_sql from ops.diagnose((tests.job(p_key)).id) where rank = 1);
end
$$;
select pg_temp.repair('waits');
select is((select active from cron.job where jobname = 'esteira-tick'), true, 'is switched on by the repair');
select cron.unschedule('esteira-tick');
select matches((select detail from ops.diagnose((tests.job('waits')).id) where rank = 1), 'it is not scheduled', 'one that was taken away');
select pg_temp.repair('waits');
select results_eq($$ select schedule, command from cron.job where jobname = 'esteira-tick' $$,
  $$ values ('10 seconds', 'select private.run(''esteira-tick'')') $$, 'is scheduled again as it was shipped');

-- A part that fails has no beat either, and is not dead.
select private.note_fault('esteira-tick', null, 'P0001', 'the tick is broken');
select is(pg_temp.first('waits'), 'warn part_failing esteira-tick', 'a part that fails is said to fail');
select is((select evidence ->> 'error' from ops.diagnose((tests.job('waits')).id) where rank = 1), 'the tick is broken', 'with what');
select private.beat('esteira-tick', '{}');
delete from private.faults where true;
select private.note_fault('esteira-tick', 'fal', 'P0001', 'another lane');
select is_empty($$ select from ops.diagnose((tests.job('waits')).id) where code = 'part_failing' and not ruled_out $$,
  'what fails in another lane does not concern it');

-- Two at once, the worse first.
select private.note_fault('esteira-ask', 'echo', 'P0001', 'asking is broken');
select tests.freeze('2030-01-01 00:36:00Z');
select pg_temp.beat(array(select part from private.parts() where part not in ('esteira-overdue')));
select results_eq(
  $$ select code from ops.diagnose((tests.job('runs')).id) where code in ('cron_dead', 'part_failing') and not ruled_out order by rank $$,
  $$ values ('cron_dead'), ('part_failing') $$, 'two causes are both named, in order');
select tests.complete('runs');
select is_empty($$ select from ops.diagnose((tests.job('runs')).id) where code in ('cron_dead', 'part_failing') $$,
  'of a job that has ended the machinery says nothing');

select * from finish();
rollback;
