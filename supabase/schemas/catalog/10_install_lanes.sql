create function private.install_lanes() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Says that a task runs, and no more (docs/providers/runninghub.md#outcomes).
      ('runninghub', '{"provider": "runninghub", "delivery": "webhook", "estimates_progress": true}'::jsonb),
      -- What the documentation of these two allows (docs/providers/kie.md, docs/providers/replicate.md); more is
      -- rejected, not queued.
      ('kie', '{"provider": "kie", "delivery": "webhook", "rate_limit": 20, "rate_window": "10 seconds"}'),
      ('replicate', '{"provider": "replicate", "delivery": "webhook", "rate_limit": 600, "rate_window": "1 minute"}'),
      ('fal', '{"provider": "fal", "delivery": "webhook"}'),
      -- A training's callback comes once or never, and only by asking does its progress show: once a minute, for the
      -- reaper runs no more often, and a shade less, so that none of its runs comes too early. After errors Astria
      -- wants to be left alone for half a minute at first (docs/providers/astria.md).
      ('astria', '{"provider": "astria", "delivery": "webhook", "poll_after": "50 seconds", "poll_every": "50 seconds",
        "backoff_base": "30 seconds", "backoff_max": "10 minutes"}'),
      -- The answer to a submit is the result. The lease bounds how long it may take, and is longer than the longest
      -- text that is taken takes to be read (docs/providers/openai.md).
      -- Its errors may be those of a bad quarter of an hour.
      ('openai', '{"provider": "openai", "delivery": "sync", "lease": "3 minutes", "task_life": "8 minutes",
        "backoff_base": "20 seconds", "backoff_max": "10 minutes"}'),
      -- Publications to social media: one lane for all platforms, whose own limits are rows of the connections room.
      ('publication', '{"provider": "publication", "delivery": "sync"}'),
      -- For workers outside. Its tools are rows that an operator adds (docs/external-worker.md).
      ('external', '{"provider": "external", "delivery": "pull"}')
    ) lanes (name, columns),
    lateral private.ship_row('lane', 'private.lanes', 'lane', name,
      -- Two batches of 1,000 may wait.
      columns || jsonb_build_object('queue_name', name || '_queue', 'max_waiting_per_user', 2000,
        'max_active_per_user', 50)) s;
end
$$;
comment on function private.install_lanes() is 'Brings the lanes; called by ops.install() alone.';
revoke execute on function private.install_lanes() from public;
