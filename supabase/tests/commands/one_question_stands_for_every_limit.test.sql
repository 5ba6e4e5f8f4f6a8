begin;
select plan(5);

select tests.create_user('ana', 1000), tests.enable_echo(1), tests.freeze('2030-01-01 00:00:00Z');
update public.tools set max_output_bytes = 100 where tool = 'echo';
-- Three waiting, created by her and by a server, in the last minute, at its edge, before it, and before a clock was set back.
select tests.create_job('ana', 'job-' || n) from generate_series(1, 9) n;
update public.jobs set
  is_by_user = idempotency_key in ('job-1', 'job-2', 'job-3', 'job-4', 'job-8'),
  created_at = private.now() + case idempotency_key
    when 'job-2' then '-59.999999 seconds' when 'job-3' then '-1 minute' when 'job-4' then '-2 minutes'
    when 'job-6' then '-1 minute' when 'job-8' then '1 microsecond' else '0' end::interval
where true;
select tests.complete('job-1');
select tests.cancel('job-' || n) from generate_series(6, 9) n;
insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, is_counted, created_at)
select tests.user_id('ana'), gen_random_uuid(), 'refund', 1, 1, true, private.now() + i::interval
from unnest(array['0', '-1 hour', '-59 minutes 59 seconds', '-2 hours', '1 second']) i;
update private.lanes set refund_window = '1 hour' where lane = 'echo';

-- What the four checks say, in the order in which they are asked.
create function pg_temp.refusal(p_by_user boolean) returns text language plpgsql as $$
declare
  v_tool public.tools;
  v_lane private.lanes;
  v_code text;
begin
  select * into v_tool from public.tools where tool = 'echo';
  select * into v_lane from private.lanes where lane = 'echo';
  perform private.check_creates_limit(tests.user_id('ana'), 1, p_by_user);
  perform private.check_refund_limit(v_lane, tests.user_id('ana'));
  perform private.check_storage_limit(tests.user_id('ana'), v_tool.max_output_bytes);
  perform private.check_waiting_limit('echo', tests.user_id('ana'));
  return null;
exception when others then
  get stacked diagnostics v_code = pg_exception_detail;
  return v_code;
end
$$;

-- All limits around what she has, with each other; her own and everybody's; what she has stored remembered and not.
create temporary table seen (by_user boolean, creates bigint, refunds bigint, waiting bigint, stored bigint, within boolean, refusal text);
create function pg_temp.look(p_creates bigint, p_refunds bigint, p_waiting bigint, p_stored bigint, p_is_own boolean) returns void
language plpgsql as $$
begin
  delete from private.limits_of_users where true;
  update private.limits set maximum = case when p_is_own and p_creates is not null then 0 else p_creates end where limit_name like 'creates%';
  update private.limits set maximum = case when p_is_own and p_stored is not null then 0 else p_stored end where limit_name = 'stored_bytes';
  if p_is_own then
    insert into private.limits_of_users (user_id, limit_name, maximum)
    select tests.user_id('ana'), name, maximum from (values
      ('creates_a_minute', p_creates), ('creates_a_minute_by_server', p_creates), ('stored_bytes', p_stored)) l (name, maximum)
    where maximum is not null;
  end if;
  update private.lanes set max_refunds_per_user = p_refunds, max_waiting_per_user = p_waiting where lane = 'echo';
  insert into seen
  select by_user, p_creates, p_refunds, p_waiting, p_stored,
    private.is_within_limits(tests.user_id('ana'), t, l, by_user), pg_temp.refusal(by_user)
  from (values (true), (false)) b (by_user), public.tools t, private.lanes l where t.tool = 'echo' and l.lane = 'echo';
end
$$;
select pg_temp.look(creates, refunds, waiting, stored, is_own) from
  (values (null::bigint), (0), (1), (2), (3), (4)) c (creates), (values (null::bigint), (1), (2), (3)) r (refunds),
  (values (null::bigint), (3), (4), (5), (6)) w (waiting), (values (null::bigint), (0), (600), (10000)) s (stored),
  (values (true), (false)) o (is_own);

select is((select count(*) from seen), 6 * 4 * 5 * 4 * 2 * 2::bigint, 'so many were looked at');
select is_empty('select * from seen where within and refusal is not null', 'who is within the limits is refused by none');
select is_empty(
  'select * from seen where not within and refusal is null and stored is null', 'who is not is refused by one');
select cmp_ok((select count(*) from seen where within), '>', 50::bigint, 'many are within');
select is(
  (select array_agg(distinct refusal order by refusal) from seen where refusal is not null),
  '{storage_full,too_many_creates,too_many_refunds,too_many_waiting}', 'and each limit is come to');

select * from finish();
rollback;
