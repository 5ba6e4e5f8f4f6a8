alter table private.slots add constraint slots_are_held_by_jobs
  foreign key (job_id) references public.jobs (id) on delete set null;
