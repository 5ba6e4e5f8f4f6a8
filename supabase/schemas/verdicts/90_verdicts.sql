create table private.verdicts (
  verdict_id bigint generated always as identity primary key,
  -- No foreign key: its check would lock the job, and whoever ends it would wait for who only looks at it.
  job_id uuid not null,
  user_id uuid not null,
  code text not null,
  level text not null,
  subject text,
  clears text not null,
  since timestamptz,
  detail text,
  evidence jsonb not null default '{}',
  expected_at timestamptz,
  seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  until timestamptz,
  constraint levels_are_known check (level in ('error', 'warn', 'wait', 'info', 'ok')),
  constraint it_is_seen_until_it_is_over check (last_seen_at >= seen_at and until >= seen_at),
  constraint evidence_is_an_object check (jsonb_typeof(evidence) = 'object')
) with (fillfactor = 70); -- last_seen_at is in no index
-- Said once while it holds, whoever else looks at the same time.
create unique index a_verdict_is_noted_once_while_it_holds
  on private.verdicts (job_id, code, subject, level, clears) nulls not distinct where until is null;
-- What was it then?
create index verdicts_of_jobs on private.verdicts (job_id, seen_at);
-- What is wrong now?
create index open_verdicts_by_level on private.verdicts (level, seen_at) where until is null;
-- Whose are they?
create index verdicts_of_users on private.verdicts (user_id);
-- What can be forgotten?
create index verdicts_by_end on private.verdicts (until) where until is not null;

alter table private.verdicts enable row level security;

comment on table private.verdicts is
  'What was found of open jobs that take longer than usual, looked at minute by minute (private.note_verdicts): a row '
  'for as long as it held, so only changes make rows. Kept for 30 days after its end.';
comment on column private.verdicts.since is 'Since when it was so, as it was found; seen_at: since when it was seen.';
comment on column private.verdicts.detail is 'What was said, with evidence and expected_at, when it was seen first.';
comment on column private.verdicts.last_seen_at is 'When it was seen last; later looks may be far apart in a crowd.';
comment on column private.verdicts.until is
  'When it was seen to be over, or its job ended; null: it holds, as far as anybody has looked.';

create function private.verdicts_noted_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(
      to_jsonb(v) - array['verdict_id', 'job_id', 'user_id', 'subject', 'detail', 'evidence']
      order by v.seen_at, v.verdict_id), '[]')
    from private.verdicts v where v.job_id = p_job_id);
end
$$;
comment on function private.verdicts_noted_of(uuid) is
  'What was found of a job and when, oldest first, as an array, for its owner: without evidence and details, which '
  'tell of others'' jobs and of accounts.';
revoke execute on function private.verdicts_noted_of(uuid) from public;
