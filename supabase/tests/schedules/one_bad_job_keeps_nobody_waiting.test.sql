begin;
select plan(16);

select tests.create_user('ana', 100);
select tests.enable_echo(20);
select tests.freeze('2030-01-01 00:00:00Z');

-- A job that cannot be changed, whatever is tried.
create function pg_temp.raise() returns trigger language plpgsql as $$
begin
  if new.idempotency_key like 'bad%' and new.status = 'failed' then raise exception 'it cannot end'; end if;
  return new;
end
$$;
create trigger zzz_bad before update on public.jobs for each row execute function pg_temp.raise();
create function pg_temp.reaped(p_repair text) returns text language plpgsql as $$
declare
  v_did jsonb := worker.reap();
begin
  return format('%s, %s set aside', v_did -> p_repair,
    (select count(*) from private.repairs where repair = 'set_aside' and repaired_at = private.now()));
end
$$;
create function pg_temp.pass(p_key text) returns boolean language plpgsql as $$
begin
  return worker.checkpoint((tests.job(p_key)).id, (tests.attempt(p_key)).token, '{}');
end
$$;

select tests.create_job('ana', 'bad overdue'), tests.create_job('ana', 'overdue');
select ok(pg_temp.pass('bad overdue') and pg_temp.pass('overdue'), 'two are submitted');
select tests.freeze('2030-01-01 00:36:00Z');
select is(pg_temp.reaped('given_up'), '1, 1 set aside', 'past their deadlines, one of them cannot end');
select is((tests.job('overdue')).status, 'failed', 'the other does');
select is((tests.job('bad overdue')).status, 'processing', 'the one stays as it is');

update private.lanes set circuit_opened_at = private.now(), circuit_probe_at = private.now(), circuit_reason = 'down'
where lane = 'echo';
select tests.create_job('ana', 'old');
select private.dispatch('echo');
select ok(pg_temp.pass('old'), 'one is submitted while its provider is down');
select tests.freeze('2030-01-01 05:00:00Z');
select matches((select worker.reap()::text), 'tasks_unknown', 'the life of its task ends');
select is((tests.job('old')).status, 'failed', 'so does the job, though another cannot');
update private.lanes set circuit_opened_at = null, circuit_probe_at = null, circuit_reason = null where lane = 'echo';

select tests.create_job('ana', 'bad copy'), tests.create_job('ana', 'copy');
select ok(pg_temp.pass('bad copy') and pg_temp.pass('copy'), 'two more');
select worker.produced((tests.job(key)).id, (tests.attempt(key)).token, '[]') from unnest(array['bad copy', 'copy']) key;
select tests.create_job('ana', 'bad unused'), tests.create_job('ana', 'unused');
select tests.freeze('2030-01-02 05:00:01Z');
select is(pg_temp.reaped('expired'), '1, 2 set aside', 'what cannot end is set aside, each for itself; what was before is left out');
select is((tests.job('unused')).status, 'failed', 'what nobody submitted expires');
select is((tests.job('copy')).error_code, 'output_unavailable', 'what nobody copied is given up');

select tests.enable_pull(20);
select tests.create_job('ana', 'bad lease'), tests.create_job('ana', 'lease');
update public.jobs set max_attempts = 1 where idempotency_key in ('bad lease', 'lease');
select is(tests.claim(), '{"bad unused","bad lease",lease}', 'three are claimed, one of them from before');
select tests.freeze('2030-01-02 05:10:00Z');
select alike(pg_temp.reaped('leases_ended'), '1, %', 'the lease of the one ends');
select is((tests.job('lease')).status, 'failed', 'and the job with it, though another cannot');
select is((tests.job('bad lease')).status, 'processing', 'which stays');
select lives_ok('select private.tick()', 'the tick goes on as well');

select * from finish();
rollback;
