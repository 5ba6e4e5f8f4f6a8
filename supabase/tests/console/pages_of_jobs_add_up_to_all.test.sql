-- Pages are cut at one job: whatever their size, put together they are all jobs once, though many were created at the
-- same moment, and though some go or come meanwhile.
begin;
select plan(9);
select tests.create_user('ana'), tests.create_user('bia'), tests.enable_echo(0);
alter table public.jobs disable trigger user;
insert into public.jobs (user_id, tool, lane, current_step, ticket, created_at, input)
select tests.user_id(case when n % 3 = 0 then 'bia' else 'ana' end), 'echo', 'echo', 'queued', n,
  '2030-01-01Z'::timestamptz + n / 200 * interval '1 second', jsonb_build_object('n', n % 7)
from generate_series(1, 1000) n;
alter table public.jobs enable trigger user;

create function pg_temp.walk(p_filter jsonb, p_limit integer) returns uuid[] language plpgsql as $$
declare
  v_page jsonb;
  v_ids uuid[] := '{}';
  v_pages integer := 0;
begin
  loop
    v_page := ops_api.find_jobs(p_filter, p_limit, v_page -> 'next');
    v_ids := v_ids || array(select (line ->> 'id')::uuid from jsonb_array_elements(v_page -> 'jobs') line);
    v_pages := v_pages + 1;
    exit when (v_page ->> 'is_complete')::boolean or v_pages > 1000;
    if v_page ->> 'next' is null then raise 'a page that is not complete says where to go on'; end if;
  end loop;
  return v_ids;
end
$$;
select is(pg_temp.walk('{}', size), array(select id from public.jobs order by created_at desc, id desc),
  format('all, by %s', size)) from unnest(array[1, 7, 200]) size;
select is(pg_temp.walk('{"path": "$.input.n == 3"}', size),
  array(select id from public.jobs where input ->> 'n' = '3' order by created_at desc, id desc),
  format('those with a path, by %s', size)) from unnest(array[3, 200]) size;
select is(pg_temp.walk(jsonb_build_object('user_id', tests.user_id('bia'), 'text', '"n": 5'), 4),
  array(select id from public.jobs where user_id = tests.user_id('bia') and input ->> 'n' = '5' order by created_at desc, id desc),
  'those of a user with a text');
select is(pg_temp.walk('{"status": ["pending", "processing"]}', 50), array(select id from public.jobs order by created_at desc, id desc),
  'those that are open');
create temp table page on commit drop as select ops_api.find_jobs('{}', 10) as page;
delete from public.jobs where id = (select (page #>> '{next,id}')::uuid from page);
select is((select (ops_api.find_jobs('{}', 1, page -> 'next') #>> '{jobs,0,id}')::uuid from page),
  (select id from public.jobs order by created_at desc, id desc offset 9 limit 1), 'a page goes on after a job that is gone');
select throws_ok($$ select ops_api.find_jobs('{}', 10, '{"id": "x"}') $$, 'PT422', null, 'and after no nonsense');
select * from finish();
rollback;
