create function private.judged(p_action text, p_filter private.act_filter, p_limit integer)
returns table (n bigint, job_id uuid, code text, credits bigint)
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    with chosen as materialized (
      select j.id, j.user_id, j.completed_at, private.why_not(p_action, j, p_filter) as code,
        case when p_action in ('retry', 'redrive') then t.credit_cost::bigint
          when p_action = 'refund' or (p_action = 'resolve' and p_filter.resolved = 'not_there')
            then -j.credits_charged::bigint
          when p_action = 'cancel' and (j.status = 'pending' or j.refundable) then -j.credits_charged::bigint
          else 0 end as credits
      from private.targets_of(p_action, p_filter, p_limit) j left join public.tools t on t.tool = j.tool
    ), named as ( -- jobs that are named and not there
      select c.id, c.user_id, c.completed_at, c.code, c.credits from chosen c
      union all
      select gone.id, null, null, 'not_found', 0 from unnest(p_filter.job_ids) gone (id)
      where not exists (select from public.jobs j where j.id = gone.id)
    ), summed as (
      select c.*, sum(c.credits) filter (where c.code is null)
        over (partition by c.user_id order by c.completed_at, c.id) as sum_of_user
      from named c
    )
    select row_number() over (order by s.completed_at, s.id), s.id,
      -- As many as their user can pay for.
      coalesce(s.code, case when s.credits > 0 and s.sum_of_user > coalesce(a.balance, 0)
        then 'insufficient_credits' end), s.credits
    from summed s left join public.credit_accounts a on a.user_id = s.user_id;
end
$$;
comment on function private.judged(text, private.act_filter, integer) is
  'The jobs that a filter names, in order: whether the action is for each (code null), or why not, and what it would '
  'charge (less than zero: give back) in credits.';
revoke execute on function private.judged(text, private.act_filter, integer) from public;

create type private.act_plan as (
  matched bigint, qualified bigint, skipped jsonb, examples jsonb, credits bigint, job_ids uuid[]);
comment on type private.act_plan is
  'What an act comes to before it is done: how many jobs, for how many it is, why not for the others ({code: n}, and '
  '{code: the first such job}), what it charges, and the jobs.';

create function private.plan_act(p_action text, p_filter private.act_filter) returns private.act_plan
language plpgsql volatile set search_path = '' as $$
declare
  v_most constant integer := 20000;
  v_plan private.act_plan;
begin
  with judged as materialized (
    select * from private.judged(p_action, p_filter, least(p_filter.max_jobs, v_most + 1))
  ), skipped as (
    select code, count(*) as count, (array_agg(job_id order by n))[1] as example from judged
    where code is not null group by code
  )
  select count(*), count(*) filter (where code is null), (select jsonb_object_agg(code, count) from skipped),
    (select jsonb_object_agg(code, example) from skipped), coalesce(sum(credits) filter (where code is null), 0),
    array_agg(job_id order by n) filter (where code is null)
  into v_plan.matched, v_plan.qualified, v_plan.skipped, v_plan.examples, v_plan.credits, v_plan.job_ids from judged;
  if v_plan.matched > v_most then
    perform private.refuse_filter(format('More than %s jobs: name fewer, or give a limit.', v_most), 'limit');
  end if;
  return v_plan;
end
$$;
comment on function private.plan_act(text, private.act_filter) is
  'Looks at all that a filter names and says what an action on it comes to; changes nothing. Error: 422 invalid_filter '
  'for more than 20,000 jobs.';
revoke execute on function private.plan_act(text, private.act_filter) from public;
