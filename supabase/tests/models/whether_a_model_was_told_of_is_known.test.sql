-- The clock runs here: a broadcast bears the database's own time.
-- @acceptance 001:44-45
begin;
select plan(4);
set local client_min_messages = error;
select tests.create_user('ana'), tests.enable_effect('model', 1);
select tests.create_job('ana', 'ana''s model'), tests.commit();
create function pg_temp.told() returns boolean language sql as $$ select worker.model_told((tests.model('ana''s model')).id) $$;
select is(pg_temp.told(), true, 'a model was told of when it was made');
alter table public.ai_models disable trigger ai_models_broadcast_trigger;
update public.ai_models set name = 'Ana' where true;
select is(pg_temp.told(), false, 'a change that was not told of is none');
alter table public.ai_models enable trigger ai_models_broadcast_trigger;
update public.ai_models set name = 'Bo' where true;
select is(pg_temp.told(), true, 'the next one is');
select is(worker.model_told(gen_random_uuid()), false, 'of what is not there nobody was told');
select * from finish();
rollback;
