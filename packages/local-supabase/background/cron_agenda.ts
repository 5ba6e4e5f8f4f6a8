/**
 * Which pg_cron jobs to start at a moment: the scheduler's memory, without database and clock.
 * Source: github.com/citusdata/pg_cron, src/pg_cron.c (StartAllPendingRuns, ManageCronTask).
 */
import { type CronSchedule, parseCronSchedule, runsDue } from "./cron_schedule.ts";

/** A row of `cron.job`. */
export interface CronJob {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

/** The default of `cron.max_running_jobs`. */
const MAX_RUNNING = 32;

interface Task {
  job: CronJob;
  schedule: CronSchedule;
  /** Runs that are due and not started. Grows while a minute job overruns; stays at one for an interval job. */
  pending: number;
  running: boolean;
  /** Milliseconds; for a job that never ran, when it was first seen. */
  lastStart: number;
  /** Unscheduled or deactivated while running; forgotten when the run ends. */
  gone: boolean;
}

/** The jobs, what is due and what runs. */
export class CronAgenda {
  readonly #tasks = new Map<string, Task>();
  #minute: number;
  #booting = true;

  /** `now` in milliseconds since the epoch, here and below. */
  constructor(now: number) {
    this.#minute = Math.floor(now / 60_000);
  }

  /** Takes the active jobs as they are now. A job that changed keeps its run and its rhythm. */
  setJobs(jobs: CronJob[], now: number): void {
    const present = new Set(jobs.map((job) => job.jobid));
    for (const [id, task] of this.#tasks) {
      task.gone = !present.has(id);
      if (task.gone && !task.running) this.#tasks.delete(id);
    }
    for (const job of jobs) {
      const schedule = parseCronSchedule(job.schedule);
      if (!schedule) continue;
      const known = this.#tasks.get(job.jobid);
      if (known) Object.assign(known, { job, schedule });
      else {this.#tasks.set(job.jobid, {
          job,
          schedule,
          pending: 0,
          running: false,
          lastStart: now,
          gone: false,
        });}
    }
    if (this.#booting) {
      this.#booting = false;
      for (const task of this.#tasks.values()) if (task.schedule.kind === "reboot") task.pending = 1;
    }
  }

  /** Moves the clock to `now` and returns the jobs to start, each counted as running until `finished`. */
  due(now: number): CronJob[] {
    const minute = Math.floor(now / 60_000);
    const starting: CronJob[] = [];
    let running = this.#running();
    for (const task of this.#tasks.values()) {
      const { schedule } = task;
      if (task.gone) continue;
      if (schedule.kind === "minutes") task.pending += runsDue(schedule, this.#minute, minute);
      if (
        schedule.kind === "interval" && task.pending === 0 && now >= task.lastStart + schedule.seconds * 1000
      ) {
        task.pending = 1;
      }
      if (task.pending === 0 || task.running || running >= MAX_RUNNING) continue;
      Object.assign(task, { pending: task.pending - 1, running: true, lastStart: now });
      running++;
      starting.push(task.job);
    }
    this.#minute = minute;
    return starting;
  }

  /** Tells that the run of a job ended, well or badly. */
  finished(jobid: string): void {
    const task = this.#tasks.get(jobid);
    if (!task) return;
    task.running = false;
    if (task.gone) this.#tasks.delete(jobid);
  }

  /** Milliseconds from `now` until something can fall due. */
  untilNext(now: number): number {
    let next = (Math.floor(now / 60_000) + 1) * 60_000;
    if (this.#running() >= MAX_RUNNING) return next - now; // the end of a run wakes the scheduler before
    for (const task of this.#tasks.values()) {
      if (task.running || task.gone) continue;
      if (task.pending > 0) return 0;
      if (task.schedule.kind === "interval") {
        next = Math.min(next, task.lastStart + task.schedule.seconds * 1000);
      }
    }
    return Math.max(0, next - now);
  }

  #running(): number {
    let running = 0;
    for (const task of this.#tasks.values()) if (task.running) running++;
    return running;
  }
}
