create function ops_api.timeline(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_spans private.span[];
begin
  perform private.require_operator();
  v_now := private.now();
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  -- A job that is sent back for hours has many: the last few hundred tell what is so.
  v_spans := array(select s from (
    select s::private.span as s from private.spans_of(v_job, v_now) s order by s.begun_at desc, s.attempt desc limit 300
  ) l order by (l.s).begun_at, (l.s).attempt);
  return jsonb_build_object(
    'job_id', v_job.id, 'version', v_job.version, 'created_at', v_job.created_at, 'ended_at', v_job.completed_at,
    'now', v_now, 'is_open', v_job.completed_at is null,
    'total_ms', greatest(private.ms_between(v_job.created_at, coalesce(v_job.completed_at, v_now)),
      (select max(s.from_ms + s.ms) from unnest(v_spans) s)),
    'spans', to_jsonb(v_spans),
    'by_kind', (select coalesce(jsonb_object_agg(k.kind, k.ms), '{}') from (
      select s.kind, sum(s.ms) as ms from unnest(v_spans) s group by s.kind) k),
    'steps', (select coalesce(jsonb_agg(jsonb_build_object('step', h.step, 'at', h.at, 'attempt', h.attempt, 'ms',
        private.ms_between(h.at, h.next_at), 'details', (h.entry - array['step', 'timestamp', 'attempt'])::text)
        order by h.n), '[]')
      from (select x.*, lead(x.at) over (order by x.n) as next_at from private.history_of(v_job) x) h),
    'noted', (select coalesce(jsonb_agg(jsonb_build_object('seen_at', v.seen_at, 'until', v.until, 'code', v.code,
        'level', v.level) order by v.seen_at, v.verdict_id), '[]')
      from (select * from private.verdicts n where n.job_id = p_job_id order by n.seen_at desc limit 200) v));
end
$$;
comment on function ops_api.timeline(uuid) is
  'Where a job''s time went, for operators: {job_id, version, created_at, ended_at, now, is_open, total_ms, spans (the '
  'last 300; see private.spans_of), by_kind: {kind: ms}, steps: [{step, at, attempt, ms until the next, details as '
  'text}], noted: [{seen_at, until, code, level}] verdicts of the past}. Errors: 401 unauthenticated, 403 '
  'not_an_operator, 404 not_found.';
revoke execute on function ops_api.timeline(uuid) from public;
grant execute on function ops_api.timeline(uuid) to authenticated, service_role;
