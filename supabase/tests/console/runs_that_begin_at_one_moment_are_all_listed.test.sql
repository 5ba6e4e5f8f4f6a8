begin;
select plan(3);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana'), tests.create_user('sue', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
insert into private.bulk_runs (action, filter, actor_role, called_as, items, begun_at)
select 'retry', '{}', 'admin', 'postgres', n, private.now() from generate_series(1, 5) n;
create temporary table all_runs as select run_id from private.bulk_runs;
grant select on all_runs to public;

create function pg_temp.pages() returns uuid[] language plpgsql as $$
declare
  v_found uuid[] := '{}';
  v_last ops.bulk_runs;
  v_run ops.bulk_runs;
begin
  for i in 1..4 loop
    for v_run in select * from ops_api.runs(2, v_last.begun_at, v_last.run_id) loop
      v_found := v_found || v_run.run_id;
      v_last := v_run;
    end loop;
  end loop;
  return v_found;
end
$$;
select tests.as_gone('sue', 'support');
select is(cardinality(pg_temp.pages()), 5, 'page by page, each run once');
select set_eq($$ select unnest(pg_temp.pages()) $$, 'select run_id from all_runs', 'and all of them');
select tests.as_user('ana');
select throws_ok('select * from ops_api.runs()', 'PT403', null, 'a user sees none');
select * from finish();
rollback;
