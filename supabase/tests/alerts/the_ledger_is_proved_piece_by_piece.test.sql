begin;
select plan(10);

select tests.create_user(n, 100) from unnest(array['ana', 'bo', 'cy', 'dan']) n;
select tests.enable_echo(20);
select tests.create_job(u, k), tests.submit(k, k), tests.complete(k)
from (values ('ana', 'a'), ('bo', 'b'), ('cy', 'c'), ('dan', 'd'), ('ana', 'e')) jobs (u, k);
create function pg_temp.pieces(p_count integer) returns integer[] language plpgsql as $$
declare
  v_found integer[] := '{}';
begin
  for i in 1..p_count loop
    v_found := v_found || private.count_drift(2, 2);
  end loop;
  return v_found;
end
$$;

select is(private.count_drift(), 0, 'all is right');
select is(pg_temp.pieces(9), '{0,0,0,0,0,0,0,0,0}', 'piece by piece as well');
select is((select min(passes) from private.sweeps where name in ('balances', 'prices', 'tasks')) >= 3, true, 'and each is gone through again and again');

-- Users sort by their ids, and so does whoever is wrong among them.
delete from private.sweeps where true;
update public.credit_accounts set balance = balance + 1 where user_id = (select user_id from public.credit_accounts order by user_id desc limit 1);
select is(pg_temp.pieces(1), '{0}', 'a piece that has nothing wrong says nothing');
select is(1 = any (pg_temp.pieces(2)), true, 'the next one finds what is wrong');
select is(pg_temp.pieces(6), '{1,1,1,1,1,1}', 'and it is told for as long as it is so, whichever piece is looked at');
update public.credit_accounts set balance = balance - 1 where user_id = (select user_id from public.credit_accounts order by user_id desc limit 1);
select is((pg_temp.pieces(9))[9], 0, 'until a pass has found nothing');

update public.jobs set credits_charged = credits_charged + 1 where idempotency_key = 'e';
select is(1 = any (pg_temp.pieces(4)), true, 'a job that says other than the ledger is found');
select private.run_part('esteira-drift');
select is((select result from private.heartbeats where name = 'esteira-drift'), '{"drifting": 1}', 'the heartbeat keeps it');
select is((select value from ops.rates() where name = 'credits that do not add up'), 1::bigint, 'for the alerts');

select * from finish();
rollback;
