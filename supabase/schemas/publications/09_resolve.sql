create function private.resolve(
  p_job public.jobs, p_resolved text, p_how text, p_by uuid, p_reason text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  update public.publications set resolved = p_resolved, resolved_at = p_at, resolved_by = p_by, resolved_how = p_how,
    steps = private.with_step(steps, 'observe', 'resolved', p_at, jsonb_build_object('resolved', p_resolved,
      'how', p_how, 'by', p_by, 'reason', private.cut(p_reason, 500)))
  where job_id = p_job.id;
  if p_job.refund <> 'due' then return; end if;
  if p_resolved = 'not_there' then perform private.pay_back(p_job, true); end if;
  update public.jobs set refund = case p_resolved when 'there' then 'withheld' else 'paid' end::public.job_refund
  where id = p_job.id;
end
$$;
comment on function private.resolve(public.jobs, text, text, uuid, text, timestamptz) is
  'Somebody says whether a publication is there whose locked job ended with nobody knowing: its price is withheld, or '
  'paid back and counted. p_how: user, operator, platform or time.';
revoke execute on function private.resolve(public.jobs, text, text, uuid, text, timestamptz) from public;

create function private.lock_unknown(p_job_id uuid, p_user_id uuid) returns public.jobs
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_publication public.publications;
begin
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  select * into v_publication from public.publications where job_id = v_job.id for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such publication.'); end if;
  if v_publication.unknown_at is null then
    perform private.refuse(409, 'not_unknown', format('The publication is %s: nobody needs to look.', v_job.status));
  elsif v_publication.resolved is not null then
    perform private.refuse(409, 'already_resolved',
      format('It was said to be %s.', replace(v_publication.resolved, '_', ' ')),
      jsonb_build_object('field', 'resolved', 'resolved', v_publication.resolved)::text);
  end if;
  return v_job;
end
$$;
comment on function private.lock_unknown(uuid, uuid) is
  'Locks a publication of the caller''s of which nobody knows, and returns its job. Errors: 404 not_found, 409 '
  'not_unknown, 409 already_resolved.';
revoke execute on function private.lock_unknown(uuid, uuid) from public;

create function public.resolve_publication(
  p_job_id uuid, p_resolved text, p_user_id uuid default null, p_reason text default null
) returns public.jobs
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_by uuid := case when private.is_signed_in() then auth.uid() else p_user_id end;
begin
  perform private.is_here();
  if p_resolved is null or p_resolved not in ('there', 'not_there') then
    perform private.refuse(422, 'invalid_input', 'It is there, or not_there.', 'resolved');
  end if;
  v_job := private.lock_unknown(p_job_id, p_user_id);
  perform private.resolve(v_job, p_resolved, case when v_by is null then 'operator' else 'user' end, v_by, p_reason,
    private.now());
  select * into v_job from public.jobs where id = p_job_id;
  return v_job;
end
$$;
comment on function public.resolve_publication(uuid, text, uuid, text) is
  'Somebody has looked whether a publication is there of which nobody knew (its job failed with outcome_unknown): '
  'p_resolved there, and its price is withheld; not_there, and it is paid back. Said once. For its owner; service_role '
  'names the owner in p_user_id, or leaves it out for an operator. Returns the job. Errors: 404 not_found, 409 '
  'not_unknown, 409 already_resolved, 422 invalid_input.';
revoke execute on function public.resolve_publication(uuid, text, uuid, text) from public, anon;
grant execute on function public.resolve_publication(uuid, text, uuid, text) to authenticated, service_role;

create function ops.resolve_publication(p_job_id uuid, p_resolved text, p_reason text) returns public.job_refund
language plpgsql security definer set search_path = '' as $$
begin
  return (public.resolve_publication(p_job_id, p_resolved, p_reason => p_reason)).refund;
end
$$;
comment on function ops.resolve_publication(uuid, text, text) is
  'An operator has looked whether a publication is there of which nobody knew. Returns what became of its price. '
  'Errors: see public.resolve_publication.';
revoke execute on function ops.resolve_publication(uuid, text, text) from public;

create function private.resolve_by_time() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-publications');
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.publications p join public.jobs j on j.id = p.job_id
    where p.unknown_at <= v_now - interval '7 days' and p.resolved is null and j.id <> all (v_aside)
    order by p.unknown_at limit 100 for update of j skip locked
  loop
    begin
      continue when not private.can_end_at_once(null, null, v_job.user_id);
      perform private.resolve(v_job, 'not_there', 'time', null, null, v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-publications', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.resolve_by_time() is
  'Pays back publications of which nobody has known for seven days; waits for nothing. Returns how many.';
revoke execute on function private.resolve_by_time() from public;
