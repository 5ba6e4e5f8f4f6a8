-- Where a job's time went: what the console draws for each of its attempts. A *mark* is a moment at which something
-- begins, by the job's history, by its attempts, by its publication, by the outbox; a *span* is from one mark to the
-- next, and the last is open while the job is. The browser draws, and reckons nothing.

create type private.mark as (at timestamptz, place integer, attempt integer, kind text, note text);
comment on type private.mark is
  'A moment at which something begins for an attempt: waiting, upload (files go to the provider), submit, prepare (a '
  'post), provider, webhook (it has called, and is asked), copy (its result), publish; end: nothing more. place: in '
  'the order of what is noted at the same moment.';

create function private.history_of(p_job public.jobs)
returns table (n bigint, step text, at timestamptz, attempt integer, entry jsonb)
language sql stable set search_path = '' as $$
  with entries as (
    select e.n, e.entry ->> 'step' as step, (e.entry ->> 'timestamp')::timestamptz as at,
      case when e.entry ->> 'step' = 'starting' then coalesce((e.entry ->> 'attempt')::integer, 1) end as begins,
      e.entry
    from jsonb_array_elements(p_job.step_history) with ordinality e (entry, n)
  )
  -- What waits does so for the attempt that comes next; what goes on is of the one that began last.
  select e.n, e.step, e.at, case
    when e.step in ('insert', 'credits', 'queue_check', 'queued')
      or (e.step = 'upload' and max(e.begins) over so_far is null)
    then coalesce(min(e.begins) over from_here, greatest(p_job.attempt, coalesce(max(e.begins) over so_far, 0) + 1))
    else greatest(coalesce(max(e.begins) over so_far, 1), 1) end, e.entry
  from entries e
  window so_far as (order by e.n), from_here as (order by e.n rows between current row and unbounded following)
$$;
comment on function private.history_of(public.jobs) is
  'The entries of a job''s history in order, each with the attempt that it is of.';
revoke execute on function private.history_of(public.jobs) from public;

create function private.marks_of_history(p_job public.jobs) returns setof private.mark
language sql stable set search_path = '' as $$
  select p_job.created_at, 0, (select h.attempt from private.history_of(p_job) h order by h.n limit 1), 'waiting', null
  union all
  select h.at, h.n::integer, h.attempt, case
      when h.step = 'queued' then 'waiting'
      when h.step = 'starting' and private.is_publication(p_job) then 'prepare'
      when h.step = 'starting' and h.next_step = 'upload' then 'upload'
      when h.step in ('starting', 'upload') then 'submit'
      when h.step = 'running' and private.is_publication(p_job) then 'publish'
      when h.step = 'running' then 'provider'
      when h.step = 'webhook_received' then 'webhook'
      else 'end' end,
    coalesce(h.entry ->> 'retry_class', h.entry ->> 'accountName', h.entry ->> 'taskId', h.entry ->> 'error_code')
  from (
    select x.*, lead(x.step) over (order by x.n) as next_step,
      bool_or(x.step = 'queued') over (order by x.n rows between unbounded preceding and 1 preceding) as is_queued
    from private.history_of(p_job) x) h
  where h.step in ('starting', 'running', 'webhook_received', 'completed', 'failed', 'cancelled')
    -- It waits from its creation on; and what was uploaded before is no part of it.
    or (h.step in ('queued', 'upload') and h.is_queued)
$$;
comment on function private.marks_of_history(public.jobs) is 'What begins with an entry of a job''s history.';
revoke execute on function private.marks_of_history(public.jobs) from public;

create function private.marks_of_attempts(p_job public.jobs) returns setof private.mark
language sql stable set search_path = '' as $$
  -- The provider's word that there is a result: from then on it is copied.
  select a.word_at, 1000000, a.attempt, 'copy', null from public.job_attempts a
  where a.job_id = p_job.id and a.word = 'succeeded' and not private.is_publication(p_job)
  union all
  select p.committed_at, 1000000, greatest(p_job.attempt, 1), 'publish', null from public.publications p
  where p.job_id = p_job.id and p.committed_at is not null
$$;
comment on function private.marks_of_attempts(public.jobs) is
  'What begins with what a job''s attempts and its publication say: copying, publishing.';
revoke execute on function private.marks_of_attempts(public.jobs) from public;

create type private.span as (
  attempt integer, kind text, begun_at timestamptz, ended_at timestamptz, from_ms bigint, ms bigint, is_open boolean,
  note text);
comment on type private.span is
  'A part of a job''s time: of which attempt, what it went into, since when, until when (null: it goes on), how far '
  'from the job''s creation it begins and how long it is, in milliseconds, and a word on it.';

create function private.spans_of(p_job public.jobs, p_now timestamptz) returns setof private.span
language sql stable set search_path = '' as $$
  with marks as (
    select m.* from private.marks_of_history(p_job) m
    union all select m.* from private.marks_of_attempts(p_job) m
  ), heard as (
    -- What is copied is asked for no more, however often its provider calls; and the same is begun once.
    select m.*, lag(m.kind) over (partition by m.attempt order by m.at, m.place) as before,
      bool_or(m.kind = 'copy') over (partition by m.attempt order by m.at, m.place) as is_copied
    from marks m
  ), spans as (
    select h.attempt, h.kind, h.at, h.note, h.place, lead(h.at) over (order by h.at, h.place) as next_at
    from heard h
    where (h.kind in ('end', 'waiting', 'copy') or not h.is_copied) and h.kind is distinct from h.before
  )
  select s.attempt, s.kind, s.at, coalesce(s.next_at, p_job.completed_at),
    private.ms_between(p_job.created_at, s.at),
    private.ms_between(s.at, coalesce(s.next_at, p_job.completed_at, p_now)),
    coalesce(s.next_at, p_job.completed_at) is null, s.note
  from spans s
  where s.kind <> 'end' and (s.kind in ('webhook', 'waiting') or s.next_at is distinct from s.at)
  union all
  select c.attempt, 'winding_down', c.made_at, c.over_at, private.ms_between(p_job.created_at, c.made_at),
    private.ms_between(c.made_at, coalesce(c.over_at, p_now)), c.over_at is null, coalesce(c.how, c.reason)
  from private.cancels c where c.job_id = p_job.id and c.reason <> 'produced'
  order by 3, 1
$$;
comment on function private.spans_of(public.jobs, timestamptz) is
  'Where a job''s time went, in order: waiting, upload, submit, prepare, provider, webhook, copy, publish; and '
  'winding_down, of a task that may go on after its attempt.';
revoke execute on function private.spans_of(public.jobs, timestamptz) from public;
