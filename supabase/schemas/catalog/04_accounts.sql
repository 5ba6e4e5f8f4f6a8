create table private.accounts (
  account_id integer generated always as identity primary key,
  lane text not null references private.lanes (lane),
  name text not null,
  secret_name text,
  webhook_secret_name text,
  settings jsonb not null default '{}',
  paused_until timestamptz,
  pause_reason text,
  retired_at timestamptz,
  constraint account_names_are_unique_in_a_lane unique (lane, name),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null)
);

alter table private.accounts enable row level security;

comment on table private.accounts is 'API keys of a lane''s provider. The key itself is in Vault.';
comment on column private.accounts.secret_name is
  'Name of the Vault secret that holds the API key; null where there is none to show: workers of pull lanes bring '
  'their own.';
comment on column private.accounts.webhook_secret_name is
  'Name of the Vault secret that the provider signs its webhooks with; null: it does not sign, or by keys that it '
  'publishes.';
comment on column private.accounts.settings is
  'base_url when it is not the provider''s own; anything else the provider''s file reads.';
comment on column private.accounts.retired_at is
  'When it was removed: it starts nothing more, and keeps its key until its last task is over. Null: in use.';
