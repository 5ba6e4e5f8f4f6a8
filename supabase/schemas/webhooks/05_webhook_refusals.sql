create table private.webhook_refusals (
  job_id uuid not null, -- no foreign key: whoever is refused waits for nobody who has the job
  reason text not null,
  user_id uuid not null,
  provider text not null,
  times bigint not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (job_id, reason),
  constraint reasons_are_known check (reason in ('wrong_token', 'bad_signature', 'no_secret', 'too_large')),
  constraint it_was_refused_once_at_least check (times > 0),
  constraint last_at_is_after_first_at check (last_at >= first_at)
) with (fillfactor = 50);
create index webhook_refusals_by_time on private.webhook_refusals (last_at);
create index webhook_refusals_by_user on private.webhook_refusals (user_id);

alter table private.webhook_refusals enable row level security;

comment on table private.webhook_refusals is
  'Webhooks that were not believed, counted: one row for each known job and reason, and nothing of what they said. A '
  'call about a job that there is not leaves nothing.';
comment on column private.webhook_refusals.reason is
  'wrong_token: no attempt of the job has it; bad_signature: the provider has not signed it, or with another secret; '
  'no_secret: the secret to check it with is not set; too_large: more than a webhook may have.';

create function private.words_of_refusal(p_reason text) returns text
language sql immutable set search_path = '' as $$
  select case p_reason when 'wrong_token' then 'no attempt of the job has their token'
    when 'bad_signature' then 'their signature does not hold'
    when 'no_secret' then 'the secret to check their signature with is not set'
    when 'too_large' then 'they were too large' end
$$;
comment on function private.words_of_refusal(text) is 'Why webhooks were refused, as an operator reads it.';
revoke execute on function private.words_of_refusal(text) from public;

create function worker.webhook_refused(p_provider text, p_job_id uuid, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if p_reason is null or p_reason not in ('wrong_token', 'bad_signature', 'no_secret', 'too_large') then
    perform private.refuse(422, 'invalid_input', format('%L is no reason to refuse a webhook.', p_reason), 'reason');
  end if;
  insert into private.webhook_refusals as r (job_id, reason, user_id, provider, first_at, last_at)
  select j.id, p_reason, j.user_id, l.provider, v_now, v_now
  from public.jobs j join private.lanes l on l.lane = j.lane
  where j.id = p_job_id and l.provider = p_provider
  on conflict (job_id, reason) do update set times = r.times + 1, last_at = greatest(r.last_at, v_now);
  return found;
end
$$;
comment on function worker.webhook_refused(text, uuid, text) is
  'A webhook about a job was not believed: counts it. p_reason: wrong_token, bad_signature, no_secret or too_large. '
  'False: the provider has no such job, and nothing is written. Error: 422 invalid_input.';
revoke execute on function worker.webhook_refused(text, uuid, text) from public;
grant execute on function worker.webhook_refused(text, uuid, text) to service_role;
