-- Every mixture of what a redrive can be asked for, over every mixture of what there is: user, tool, error.
begin;
select plan(4);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(20), tests.enable_tool('again', 'echo', 20);

create function pg_temp.fail(p_user text, p_tool text, p_code text) returns text language plpgsql as $$
declare
  v_key text := concat_ws(' ', p_user, p_tool, p_code);
begin
  perform tests.create_job(p_user, v_key, p_tool);
  return worker.attempt_failed((tests.job(v_key)).id, (tests.attempt(v_key)).token, 'never', p_code, 'No.');
end
$$;
select pg_temp.fail(u, t, c) from unnest('{ana,bo}'::text[]) u, unnest('{echo,again}'::text[]) t,
  unnest('{moderation,bad_node}'::text[]) c;

-- Redrives, and takes it back: the names of the jobs that were done again, by what the call said and by what there is.
create function pg_temp.redrive(p_user text, p_tool text, p_code text, out told text[], out done text[])
language plpgsql as $$
begin
  told := array(
    select j.idempotency_key
    from ops.redrive(p_tool, p_code, tests.user_id(p_user)) r join public.jobs j on j.id = r.job_id
    where r.new_job_id is not null order by 1);
  done := array(
    select was.idempotency_key from public.jobs j join public.jobs was on was.id = j.retried_from order by 1);
  raise exception using errcode = 'PT999';
exception when sqlstate 'PT999' then
  return;
end
$$;

create temporary table asked as
select u as usr, t as tool, c as code, r.told, r.done, array(
    select concat_ws(' ', ju, jt, jc) from unnest('{ana,bo}'::text[]) ju, unnest('{echo,again}'::text[]) jt,
      unnest('{moderation,bad_node}'::text[]) jc
    where ju = coalesce(u, ju) and jt = coalesce(t, jt) and jc = coalesce(c, jc) order by 1) as expected
from unnest('{ana,bo,nobody,NULL}'::text[]) u, unnest('{echo,again,nothing,NULL}'::text[]) t,
  unnest('{moderation,bad_node,nothing,NULL}'::text[]) c, pg_temp.redrive(u, t, c) r;

select is((select count(*) from asked where cardinality(expected) > 0), 27::bigint, 'there is something to be had');
select is_empty('select usr, tool, code, told from asked where told is distinct from expected',
  'those that fit are put back, and no others');
select is_empty('select usr, tool, code, done from asked where done is distinct from expected', 'as the jobs show');
select is((select count(*) from public.jobs where status = 'failed'), 8::bigint, 'and what has failed stays failed');

select * from finish();
rollback;
