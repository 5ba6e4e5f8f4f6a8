-- Event triggers.
select
  e.evtname as name,
  jsonb_build_object(
    'event', e.evtevent,
    'function', e.evtfoid::regprocedure,
    'enabled', e.evtenabled,
    'tags', to_jsonb(e.evttags),
    'owner', e.evtowner::regrole,
    'comment', obj_description(e.oid, 'pg_event_trigger')
  ) as definition
from pg_event_trigger e
