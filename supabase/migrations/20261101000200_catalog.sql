-- Catalog: what users may ask for, where it runs, and how much of it at once.
--
-- A tool is what a user asks for; it runs in a lane: one provider, one pgmq queue, one set of limits. A lane has
-- accounts (API keys), an account has slots: one row for each job that it may run at the same time, so that a limit
-- is a number of rows and cannot be exceeded. Adding a tool is a row here.
--
-- Read by everybody who decides; written by operators.
-- Lock order: see the queue room.

-- Lanes ---------------------------------------------------------------------------------------------------------

create table private.lanes (
  lane text primary key,
  provider text not null,
  delivery text not null default 'webhook',
  queue_name text not null unique,
  lease interval not null default '2 minutes',
  poll_after interval not null default '2 minutes',
  poll_every interval not null default '1 minute',
  backoff_base interval not null default '5 seconds',
  backoff_max interval not null default '5 minutes',
  rate_limit integer,
  rate_window interval,
  max_waiting_per_user integer,
  max_active_per_user integer,
  paused_until timestamptz,
  pause_reason text,
  constraint lanes_are_named_in_snake_case check (lane ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint queues_are_named_in_snake_case check (queue_name ~ '^[a-z][a-z0-9_]{0,46}$'),
  constraint delivery_is_webhook_sync_or_pull check (delivery in ('webhook', 'sync', 'pull')),
  constraint durations_are_positive check (
    lease > '0' and poll_after > '0' and poll_every > '0' and backoff_base > '0' and backoff_max >= backoff_base
  ),
  constraint a_rate_has_a_limit_and_a_window check (
    (rate_limit is null) = (rate_window is null) and coalesce(rate_limit > 0 and rate_window > '0', true)
  ),
  constraint user_limits_are_positive check (
    coalesce(max_waiting_per_user > 0, true) and coalesce(max_active_per_user > 0, true)
  ),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null)
);

alter table private.lanes enable row level security;
comment on table private.lanes is 'Where jobs run: one provider, its pgmq queue, its limits and its retry policy.';
comment on column private.lanes.delivery is 'How a result comes back: webhook (the provider calls us), sync (the submit call answers), pull (a worker outside claims jobs).';
comment on column private.lanes.lease is 'How long a received message stays invisible; a worker that takes longer must extend it.';
comment on column private.lanes.poll_after is 'A running job without a webhook for this long is asked after at the provider.';
comment on column private.lanes.rate_limit is 'How many jobs may start in any rate_window; null: any number.';
comment on column private.lanes.paused_until is 'Nothing is dispatched before this time; infinity pauses until resumed. Null: not paused.';

create function private.create_lane(p_lane text, p_provider text, p_delivery text default 'webhook', p_queue_name text default null)
returns void language plpgsql set search_path = '' as $$
begin
  insert into private.lanes (lane, provider, delivery, queue_name)
  values (p_lane, p_provider, p_delivery, coalesce(p_queue_name, p_lane || '_queue'))
  on conflict (lane) do nothing;
  perform pgmq.create(queue_name) from private.lanes where lane = p_lane;
end
$$;
comment on function private.create_lane(text, text, text, text) is
  'Makes a lane and its pgmq queue (default <lane>_queue). Idempotent: an existing lane keeps its settings. Limits are columns of private.lanes, to be updated after.';

-- Tools ---------------------------------------------------------------------------------------------------------

create table public.tools (
  tool text primary key,
  lane text not null references private.lanes (lane),
  titles jsonb not null,
  credit_cost integer not null default 1,
  max_attempts smallint not null default 3,
  timeout interval not null default '30 minutes',
  effect text,
  settings jsonb not null default '{}',
  is_enabled boolean not null default true,
  constraint tools_are_named_in_snake_case check (tool ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint titles_are_by_language check (jsonb_typeof(titles) = 'object' and titles ? 'en'),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint input_schemas_describe_objects check (not settings ? 'input_schema' or coalesce(settings -> 'input_schema' ->> 'type' = 'object', false)),
  constraint costs_are_not_negative check (credit_cost >= 0),
  constraint at_least_one_attempt check (max_attempts >= 1),
  constraint timeouts_are_positive check (timeout > '0'),
  constraint effects_are_known check (effect in ('project_node', 'model'))
);
create index tools_by_lane on public.tools (lane);

alter table public.tools enable row level security;
revoke all on public.tools from anon, authenticated, service_role;
comment on table public.tools is 'What a user can ask for: price, limits, and how its input becomes a provider''s request.';
comment on column public.tools.titles is 'Name shown to people, by language: {"en": …, "pt-BR": …}.';
comment on column public.tools.timeout is 'How long one attempt may run before it is given up.';
comment on column public.tools.effect is 'What a completed job changes besides itself; null: nothing.';
comment on column public.tools.settings is
  'files: {field: {types: [mime…], max_bytes, max_count?}} of the input that name stored files (an array of up to max_count, or one); input_schema: JSON Schema of the input, "type": "object", for a tool that is no line in shared/tools/registry.ts; the rest belongs to the provider or the workers (webapp_id, nodes, …), and what stands under a provider''s name to that provider alone, so that a tool can change its lane.';

-- Users see what there is and what it costs, not how it is wired: settings is not granted.
grant select (tool, lane, titles, credit_cost, max_attempts, timeout, effect, is_enabled) on public.tools to authenticated;
grant select on public.tools to service_role;
create policy "signed-in users see enabled tools" on public.tools for select to authenticated using (is_enabled);

-- Accounts and slots --------------------------------------------------------------------------------------------

create table private.accounts (
  account_id integer generated always as identity primary key,
  lane text not null references private.lanes (lane),
  name text not null,
  secret_name text,
  webhook_secret_name text,
  settings jsonb not null default '{}',
  paused_until timestamptz,
  pause_reason text,
  constraint account_names_are_unique_in_a_lane unique (lane, name),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null)
);
alter table private.accounts enable row level security;
comment on table private.accounts is 'API keys of a lane''s provider. The key itself is in Vault.';
comment on column private.accounts.secret_name is 'Name of the Vault secret that holds the API key; null where there is none to show: workers of pull lanes bring their own.';
comment on column private.accounts.webhook_secret_name is 'Name of the Vault secret that the provider signs its webhooks with; null: it does not sign, or by keys that it publishes.';
comment on column private.accounts.settings is 'base_url when it is not the provider''s own; anything else the provider''s file reads.';

create table private.slots (
  slot_id bigint generated always as identity primary key,
  lane text not null references private.lanes (lane),
  account_id integer not null references private.accounts (account_id),
  job_id uuid,
  is_retiring boolean not null default false,
  constraint a_job_has_one_slot unique (job_id)
) with (fillfactor = 50);
create index free_slots on private.slots (lane, slot_id) where job_id is null and not is_retiring;
create index slots_by_account on private.slots (account_id);
create index retiring_slots on private.slots (account_id) where is_retiring;

alter table private.slots enable row level security;
comment on table private.slots is 'Permission to have one job running on one account. A limit of three is three rows.';
comment on column private.slots.job_id is 'The job that holds the slot; null: free.';
comment on column private.slots.is_retiring is 'The capacity was lowered while a job held this slot: it goes when the job lets go of it.';

create function private.set_capacity(p_account_id integer, p_capacity integer) returns void
language plpgsql set search_path = '' as $$
declare
  v_account private.accounts;
begin
  if p_capacity is null or p_capacity < 0 then
    perform private.refuse(422, 'invalid_capacity', 'A capacity is zero or more.', 'capacity');
  end if;
  select * into v_account from private.accounts where account_id = p_account_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  perform from private.slots where account_id = p_account_id order by slot_id for update;

  -- Busy slots come first in this order: they are kept, or retired rather than deleted under a running job.
  with ranked as (
    select slot_id, row_number() over (order by job_id is null, slot_id) > p_capacity as is_surplus
    from private.slots where account_id = p_account_id
  ), removed as (
    delete from private.slots s using ranked r
    where s.slot_id = r.slot_id and r.is_surplus and s.job_id is null
  )
  update private.slots s set is_retiring = r.is_surplus
  from ranked r
  where s.slot_id = r.slot_id and s.is_retiring <> r.is_surplus and not (r.is_surplus and s.job_id is null);

  insert into private.slots (lane, account_id)
  select v_account.lane, p_account_id
  from generate_series(1, p_capacity - (select count(*) from private.slots where account_id = p_account_id));
end
$$;
comment on function private.set_capacity(integer, integer) is
  'Sets how many jobs an account may run at once. Lowering it cuts no running job: surplus slots go when their jobs let go. Errors: 422 invalid_capacity, 404 account_not_found.';

create function private.free_slot(p_job_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_slot private.slots;
begin
  -- Locked first: a capacity that is just being lowered may be about to retire it.
  select * into v_slot from private.slots where job_id = p_job_id for update;
  if not found then return false; end if;
  if not v_slot.is_retiring and exists (select from private.slots where account_id = v_slot.account_id and is_retiring) then
    -- While the account still runs more than its capacity, the slot that goes is the first one let go of. One whose
    -- job is just ending too goes by itself: skip it.
    update private.slots set is_retiring = false where slot_id = (
      select slot_id from private.slots
      where account_id = v_slot.account_id and is_retiring and job_id is not null
      order by slot_id limit 1 for update skip locked);
    v_slot.is_retiring := found;
  end if;
  if v_slot.is_retiring then delete from private.slots where slot_id = v_slot.slot_id;
  else update private.slots set job_id = null where slot_id = v_slot.slot_id;
  end if;
  return true;
end
$$;
comment on function private.free_slot(uuid) is 'Takes the slot from a job, if it holds one; true if it did. A slot too many for its account goes. The caller dispatches.';

create function ops.add_account(
  p_lane text, p_name text, p_secret_name text, p_capacity integer, p_settings jsonb default '{}',
  p_webhook_secret_name text default null
) returns integer language plpgsql security definer set search_path = '' as $$
declare
  v_account_id integer;
begin
  if not exists (select from private.lanes where lane = p_lane) then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %s.', p_lane));
  end if;
  insert into private.accounts (lane, name, secret_name, settings, webhook_secret_name)
  values (p_lane, p_name, p_secret_name, p_settings, p_webhook_secret_name)
  on conflict (lane, name) do update set secret_name = excluded.secret_name, settings = excluded.settings,
    webhook_secret_name = excluded.webhook_secret_name
  returning account_id into v_account_id;
  perform private.set_capacity(v_account_id, p_capacity);
  return v_account_id;
end
$$;
comment on function ops.add_account(text, text, text, integer, jsonb, text) is
  'Adds an account to a lane, or changes the one of that name, and sets how many jobs it runs at once. p_secret_name: the Vault secret with its API key, null for a pull lane; p_webhook_secret_name: the one that its provider signs webhooks with. Returns account_id. Errors: 404 lane_not_found, 422 invalid_capacity.';

create function ops.pause_lane(p_lane text, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason where lane = p_lane;
  if not found then perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane'); end if;
end
$$;
comment on function ops.pause_lane(text, text, interval) is
  'Dispatches nothing in a lane for p_for, or until it is resumed; what runs goes on. Error: 404 lane_not_found.';

create function ops.resume_lane(p_lane text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = null, pause_reason = null where lane = p_lane;
  if not found then perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane'); end if;
  return private.dispatch(p_lane);
end
$$;
comment on function ops.resume_lane(text) is 'Ends a lane''s pause and dispatches it; returns how many jobs started. Error: 404 lane_not_found.';

create function ops.pause_account(p_account_id integer, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.accounts set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason
  where account_id = p_account_id;
  if not found then perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id)); end if;
end
$$;
comment on function ops.pause_account(integer, text, interval) is
  'Gives an account no further jobs for p_for, or until it is resumed; what runs goes on. Error: 404 account_not_found.';

create function ops.resume_account(p_account_id integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lane text;
begin
  update private.accounts set paused_until = null, pause_reason = null where account_id = p_account_id returning lane into v_lane;
  if not found then perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id)); end if;
  return private.dispatch(v_lane);
end
$$;
comment on function ops.resume_account(integer) is
  'Ends an account''s pause and dispatches its lane; returns how many jobs started. Error: 404 account_not_found.';

revoke execute on all functions in schema private, worker, ops from public;

-- What comes with Esteira -----------------------------------------------------------------------------------------

select private.create_lane('runninghub', 'runninghub');
select private.create_lane('kie', 'kie');
select private.create_lane('fal', 'fal');
select private.create_lane('replicate', 'replicate');
select private.create_lane('astria', 'astria');

-- What the providers' documentation allows (providers.md §2.6, §4.4); more is rejected, not queued.
update private.lanes set rate_limit = 20, rate_window = '10 seconds' where lane = 'kie';
update private.lanes set rate_limit = 600, rate_window = '1 minute' where lane = 'replicate';
-- A training's callback comes once or never (§5.4), and only by asking does its progress show: once a minute, for the
-- reaper runs no more often, and a shade less, so that none of its runs comes too early. After errors Astria wants to be
-- left alone for half a minute at first (§5.5).
update private.lanes set poll_after = '50 seconds', poll_every = '50 seconds', backoff_base = '30 seconds', backoff_max = '10 minutes'
where lane = 'astria';

-- All are disabled until an operator has given their lane an account, and those on RunningHub the id of an AI app in
-- that account (settings.webapp_id): a job in a lane without slots would wait for ever.
insert into public.tools (tool, lane, titles, credit_cost, settings, is_enabled) values (
  'upscaler', 'runninghub', '{"en": "Image upscaler", "pt-BR": "Upscaler de imagem"}', 1,
  '{
    "files": {"image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}},
    "nodes": {
      "image": {"node_id": "39", "field_name": "image"},
      "scale": {"node_id": "41", "field_name": "scale"}
    },
    "output_node_id": "9",
    "variants": {"near": {}}
  }', false
), (
  -- Runs in the lane kie, fal or replicate: change tools.lane, nothing else. fields: what each calls our input.
  'image', 'kie', '{"en": "Image generation and editing", "pt-BR": "Geração e edição de imagem"}', 1,
  '{
    "files": {"images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 5}},
    "kie": {
      "model": "google/nano-banana", "edit_model": "google/nano-banana-edit",
      "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "image_size", "output_format": "output_format"}
    },
    "fal": {
      "model": "fal-ai/nano-banana", "edit_model": "fal-ai/nano-banana/edit",
      "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "aspect_ratio", "output_format": "output_format"}
    },
    "replicate": {
      "model": "google/nano-banana",
      "fields": {"prompt": "prompt", "images": "image_input", "aspect_ratio": "aspect_ratio",
        "output_format": {"name": "output_format", "values": {"jpeg": "jpg"}}}
    }
  }', false
);
-- Nodes are those of the app that settings.webapp_id names, and every app numbers its own: these belong to the apps
-- that the tools were written for. For pose_changer the operator gives them.
insert into public.tools (tool, lane, titles, credit_cost, timeout, settings, is_enabled) values (
  'pose_changer', 'runninghub', '{"en": "Pose changer", "pt-BR": "Mudar pose"}', 2, '30 minutes',
  '{
    "files": {
      "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
      "reference_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
    }
  }', false
), (
  'veste_ai', 'runninghub', '{"en": "Virtual try-on", "pt-BR": "Veste AI"}', 2, '30 minutes',
  '{
    "files": {
      "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
      "clothing_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
    },
    "nodes": {
      "person_image": {"node_id": "41", "field_name": "image"},
      "clothing_image": {"node_id": "43", "field_name": "image"}
    }
  }', false
), (
  -- RunningHub takes uploads of up to 30 MB (providers.md §1.3).
  'video_upscaler', 'runninghub', '{"en": "Video upscaler", "pt-BR": "Upscaler de vídeo"}', 5, '1 hour',
  '{
    "files": {"video": {"types": ["video/mp4", "video/quicktime"], "max_bytes": 31457280}},
    "nodes": {"video": {"node_id": "3", "field_name": "video"}}
  }', false
);
insert into public.tools (tool, lane, titles, credit_cost, max_attempts, timeout, effect, settings, is_enabled) values (
  'model_training', 'astria', '{"en": "Model training", "pt-BR": "Treinamento de modelo"}', 10, 2, '4 hours', 'model',
  '{
    "files": {"images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 20}},
    "astria": {"base_tune_id": 1504944, "branch": "flux1", "model_type": "lora", "preset": "flux-lora-portrait", "token": "ohwx"}
  }', false
);

-- Publications to social media: five at a time. No provider publishes yet, and until there are tools in it, it has
-- nothing to do.
select private.create_lane('publication', 'publication', 'sync', 'publication_queue');
select ops.add_account('publication', 'platforms', null, 5);
