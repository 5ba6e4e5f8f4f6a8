-- Install: the rows that come with Esteira. A lane, a tool or an alert rule is no DDL: it is a row that an operator
-- changes while the engine runs, and that a later release may change too. ops.install() brings them, and every
-- migration ends by calling it.
--
-- A function of each room says what it ships. What was shipped is kept here, and not in the rows: they may be deleted,
-- and some lie in tables that are not ours (storage.buckets, cron.job). So install tells apart, for each row:
--   · it was never shipped and is not there: it is inserted;
--   · it was never shipped and is there: it is somebody's own, noted as such (shipped is null) and left alone for good;
--   · it was shipped and is gone: an operator has deleted it, and it stays deleted;
--   · it was shipped and is there: each column that still is what was shipped follows the release, the others stay. A
--     column that holds a JSON object (settings, titles) is gone through key by key.
-- A row that cannot be written (it names a lane that was deleted, or fits a constraint no longer) is left as it is and
-- told; the next install tries again.
--
-- A release that renames a row or takes one away says so in its migration, before it calls ops.install():
--     update public.tools set tool = 'new' where tool = 'old';
--     update private.shipped_rows set name = 'new' where kind = 'tool' and name = 'old';
-- and for one that goes, unless an operator has changed it:
--     with gone as (delete from private.shipped_rows where kind = 'alert rule' and name = 'old' returning *)
--     delete from ops.alert_rules r using gone where r.name = gone.name and gone.shipped = to_jsonb(r);
--
-- Locks: one install at a time (an advisory lock), then lanes before accounts before slots, as everywhere.

create table private.shipped_rows (
  kind text not null,
  name text not null,
  shipped jsonb,
  shipped_at timestamptz not null default now(),
  primary key (kind, name),
  constraint kinds_are_known check (
    kind in ('lane', 'tool', 'account', 'bucket', 'schedule', 'alert rule', 'limit', 'platform',
      'platform version')),
  constraint shipped_is_an_object check (jsonb_typeof(shipped) = 'object')
);

alter table private.shipped_rows enable row level security;

comment on table private.shipped_rows is
  'What ops.install() has shipped, or found: so that it knows what an operator has changed or deleted since.';
comment on column private.shipped_rows.name is 'The row''s key; of an account, lane/name.';
comment on column private.shipped_rows.shipped is
  'Its columns as they were shipped last. Null: a row of that name was there before, and is not ours.';
comment on column private.shipped_rows.shipped_at is 'When shipped was last written.';

create function private.note_shipped(p_kind text, p_name text, p_shipped jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.shipped_rows as s (kind, name, shipped, shipped_at)
  values (p_kind, p_name, p_shipped, private.now())
  on conflict (kind, name) do update
  set shipped = coalesce(s.shipped, '{}') || excluded.shipped, shipped_at = excluded.shipped_at
  where s.shipped || excluded.shipped is distinct from s.shipped;
end
$$;
comment on function private.note_shipped(text, text, jsonb) is
  'Remembers what was shipped: p_shipped on top of what was known; null: that the row is somebody''s own.';
revoke execute on function private.note_shipped(text, text, jsonb) from public;
