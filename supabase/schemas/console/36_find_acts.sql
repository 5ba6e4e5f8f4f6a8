create type private.acts_filter as (actor uuid, action text, about uuid, run_id uuid);
comment on type private.acts_filter is 'A filter of ops_api.find_acts, read. Null: it says nothing of it.';

create function private.read_acts_filter(p_filter jsonb) returns private.acts_filter
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
  v private.acts_filter;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{actor,action,about,run_id}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of acts has no %L.', v_unknown), v_unknown);
  end if;
  v.actor := p_filter ->> 'actor';
  v.action := p_filter ->> 'action';
  v.about := p_filter ->> 'about';
  v.run_id := p_filter ->> 'run_id';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_acts_filter(jsonb) is
  'Checks and reads the filter of ops_api.find_acts: {actor, action, about, run_id}. Error: 422 invalid_filter.';
revoke execute on function private.read_acts_filter(jsonb) from public;

create function private.act_line(p_act private.audit, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('audit_id', p_act.audit_id, 'at', p_act.at,
      'age_ms', private.ms(p_at - p_act.at), 'actor', p_act.actor, 'actor_email', u.email,
      'actor_role', p_act.actor_role, 'called_as', p_act.called_as, 'action', p_act.action,
      'filter', private.as_text(p_act.filter), 'is_forgotten', p_act.filter = '{"forgotten": true}',
      'counts', p_act.counts, 'credits', p_act.credits, 'reason', p_act.reason, 'run_id', p_act.run_id,
      'run_state', r.state, 'job_id', p_act.filter ->> 'job_id', 'user_id', p_act.filter ->> 'user_id')
    from (select 1) one
    left join auth.users u on u.id = p_act.actor
    left join private.bulk_runs r on r.run_id = p_act.run_id);
end
$$;
comment on function private.act_line(private.audit, timestamptz) is
  'What an operator has done, as ops_api.find_acts tells of it.';
revoke execute on function private.act_line(private.audit, timestamptz) from public;

create function private.look_at_acts(
  p_filter private.acts_filter, p_limit integer, p_before bigint, p_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_looks integer := case when p_filter.action is null and p_filter.about is null then p_limit + 1 else 5000 end;
begin
  return (
    with looked as materialized (
      select a, a.audit_id, row_number() over (order by a.audit_id desc) as n,
        (p_filter.action is null or a.action = p_filter.action) and (p_filter.about is null
          or strpos(a.filter::text || coalesce(a.reason, ''), p_filter.about::text) > 0) as is_wanted
      from private.audit a
      where (p_before is null or a.audit_id < p_before) and (p_filter.actor is null or a.actor = p_filter.actor)
        and (p_filter.run_id is null or a.run_id = p_filter.run_id)
      order by a.audit_id desc limit v_looks
    ), counted as (
      select *, count(*) filter (where is_wanted) over (order by n) as wanted from looked
    ), page as (
      select * from counted where wanted < p_limit or (wanted = p_limit and is_wanted)
    ), last_one as (
      select audit_id, n < (select count(*) from looked) or n = v_looks as is_more from page order by n desc limit 1
    )
    select jsonb_build_object(
      'acts', (select coalesce(jsonb_agg(private.act_line(a, p_at) order by n), '[]') from page where is_wanted),
      'next', (select audit_id from last_one where is_more), 'looked_at', (select count(*) from page),
      'is_complete', coalesce((select not is_more from last_one), true)));
end
$$;
comment on function private.look_at_acts(private.acts_filter, integer, bigint, timestamptz) is
  'A page of the audit, see ops_api.find_acts: up to p_limit of what the filter names among the last 5,000 before '
  'p_before.';
revoke execute on function private.look_at_acts(private.acts_filter, integer, bigint, timestamptz) from public;

create function ops_api.find_acts(p_filter jsonb default '{}', p_limit integer default 50, p_before bigint default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.acts_filter;
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 acts.', 'limit');
  end if;
  v_filter := private.read_acts_filter(p_filter);
  -- Support sees what they have done themselves.
  if v_role = 'support' then v_filter.actor := auth.uid(); end if;
  return private.look_at_acts(v_filter, p_limit, p_before, private.now());
end
$$;
comment on function ops_api.find_acts(jsonb, integer, bigint) is
  'What operators have done, the last first. p_filter: {actor, action, about (a job''s or user''s id, in the filter or '
  'the reason), run_id}; p_before: next of the page before. Returns {acts: [{audit_id, at, age_ms, actor, actor_email, '
  'actor_role, called_as, action, filter (as text), is_forgotten (a user has left whom it named), counts, credits (to '
  'be charged; less than zero: given), reason, run_id, run_state, job_id, user_id}], next, looked_at, is_complete}: '
  'what is rare is looked for among 5,000 a page. Support sees its own acts. Errors: 403 not_an_operator, 422 '
  'invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.find_acts(jsonb, integer, bigint) from public;
grant execute on function ops_api.find_acts(jsonb, integer, bigint) to authenticated, service_role;
