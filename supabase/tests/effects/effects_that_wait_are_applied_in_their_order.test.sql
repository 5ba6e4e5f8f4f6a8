-- There is no waiting here, and the time that there is depends on the machine: what is slow is made slow.
begin;
select plan(11);

select tests.create_user('ana');
select tests.enable_effect('project_node', 1200);
update private.lanes set max_active_per_user = null where lane = 'echo';
select ops.grant_credits(tests.user_id('ana'), 2000, 'for a test');
create temporary table changes (n bigint generated always as identity, name text);
create function pg_temp.note() returns trigger language plpgsql as $$
begin
  insert into changes (name) values (new.name);
  return null;
end
$$;
-- By name and by id in another order than by the time that they have waited.
select tests.create_project('ana', name), tests.create_node_job('ana', name, name, 'n1') from unnest(array['c', 'a', 'd', 'b']) name;
select tests.commit();
select tests.complete(name) from unnest(array['b', 'd', 'a', 'c']) name;
select set_config('esteira.jobs', '', true); -- so that nothing is shown at the end
select tests.make_pending(name) from unnest(array['c', 'a', 'd', 'b']) name;
create trigger note after update on public.projects for each row execute function pg_temp.note();
select is(private.apply_pending_effects(), 4, 'there is time for all');
select is((select array_agg(name order by n) from changes), '{c,a,d,b}', 'the longest waiting is applied first');

-- Once more, when all of it is shown already.
create temporary table shown as select job_id, updated_at from public.job_effects;
select tests.freeze(now() + interval '1 hour'), tests.make_pending('c'), tests.make_pending('a');
update public.job_effects set outcome = 'applied' where true;
select private.apply_pending_effects();
select is((select count(*) from changes), 4::bigint, 'what is shown already changes no project');
select bag_eq('select job_id, updated_at from public.job_effects', 'select * from shown', 'and is not written down again');
-- In one transaction those that have ended come first.
delete from changes where true;
select tests.create_project('ana', 'e'), tests.create_project('ana', 'f'), tests.create_node_job('ana', 'f1', 'f', 'n1'), tests.commit();
delete from changes where true;
select tests.create_node_job('ana', 'e1', 'e', 'n1'), tests.complete('f1'), tests.commit();
select is(
  (select array_agg(name order by n) from changes),
  (select array_agg(name order by tests.project_id(name) = tests.project_id('f') desc) from unnest(array['e', 'f']) name),
  'a project whose job has ended comes before one whose job has only begun');
-- What nobody has thought of.
create function pg_temp.raise() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
create trigger raise before insert on public.job_effects for each row execute function pg_temp.raise();
select tests.complete('e1'), tests.commit();
select is((select project_id from private.pending_effects), tests.project_id('e'), 'what cannot even be written down waits with its project');
drop trigger raise on public.job_effects;
delete from private.pending_effects where true;

-- When the time is over.
select tests.create_node_job('ana', name || '2', name, 'n2') from unnest(array['c', 'a', 'd', 'b']) name;
select set_config('esteira.jobs', '', true), set_config('esteira.new_jobs', '', true);
select tests.make_pending(name || '2') from unnest(array['c', 'a', 'd', 'b']) name;
create temporary table before as select pending_id, job_id from private.pending_effects;
create function pg_temp.slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.005); return new; end $$;
create trigger slow before update on public.projects for each row execute function pg_temp.slow();
alter function private.apply_pending_effects() set lock_timeout = '1ms';
select private.apply_pending_effects();
select cmp_ok(
  (select count(*) from private.pending_effects join before using (pending_id, job_id)), '>=', 3::bigint,
  'when the time is over no other project is begun, and what waits keeps its place');
alter function private.apply_pending_effects() set lock_timeout = '2s';
select private.apply_pending_effects();
select is_empty('select * from private.pending_effects', 'all are applied in the end');

-- What failed together is tried apart, as far as there is time.
select tests.create_node_job('ana', name || '3', name, 'n1') from unnest(array['c', 'a', 'd']) name;
select tests.complete(name || '3') from unnest(array['c', 'a', 'd']) name;
select set_config('esteira.jobs', '', true), set_config('esteira.new_jobs', '', true);
drop trigger slow on public.projects;
select is(private.try_effects_apart(array(select id from public.jobs where idempotency_key like '_3'), '{}', clock_timestamp()), 0, 'without time none');
select is((select array_agg(distinct tests.outcome(name || '3')) from unnest(array['c', 'a', 'd']) name), '{pending}', 'and all of them wait');
delete from private.pending_effects where true;

-- Of one project a thousand at a time.
select tests.create_project('ana', 'wide');
insert into private.pending_effects (job_id, project_id, is_new, made_at)
select gen_random_uuid(), tests.project_id('wide'), false, private.now() from generate_series(1, 1001);
select private.take_pending(tests.project_id('wide'));
select is((select count(*) from private.pending_effects), 1::bigint, 'of one project no more than a thousand at once');

select * from finish();
rollback;
