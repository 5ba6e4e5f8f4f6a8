/** The clients of a benchmark: each of a user of its own, all in this thread. */
/// <reference lib="deno.worker" />
import { createEsteira, type Esteira } from "@esteira/client";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type Learned, now, type Order, type Someone, type Told } from "./words.ts";

interface Client {
  create(prompt: string): Promise<void>;
  close(): Promise<unknown>;
}

/** Clients that are opened at once. */
const AT_ONCE = 20;

const tell = (told: Told) => self.postMessage(told);
const clients: Client[] = [];
let learned: Learned[] = [];

const progressOf = (status?: string, step?: string) => ({
  isAnswered: step === "webhook_received" || status === "completed",
  isCompleted: status === "completed",
});

/** As the documents of supabase-js have it: a private channel, and a callback. */
async function openAlone(supabase: SupabaseClient, { id }: Someone): Promise<Client> {
  await supabase.realtime.setAuth();
  await new Promise<void>((resolve, reject) => {
    supabase.channel(`jobs:${id}`, { config: { private: true } })
      .on("broadcast", { event: "*" }, ({ payload }) => {
        const { id, version, status, current_step: step } = payload.new ?? {};
        learned.push({ id, version, ...progressOf(status, step), at: now() });
      })
      .subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status)));
  });
  return {
    async create(prompt) {
      const { error } = await supabase.functions.invoke("jobs", {
        body: { tool: "image", input: { prompt } },
      });
      if (error) throw error;
    },
    close: () => supabase.removeAllChannels(),
  };
}

/** A queue on a screen: its listener is the callback. */
async function openOurs(supabase: SupabaseClient, _: Someone): Promise<Client> {
  const esteira: Esteira = createEsteira(supabase, { shareTabs: false });
  const queue = esteira.jobs.queue();
  const seen = new Map<string, number>();
  const leave = queue.subscribe(() => {
    const at = now();
    for (
      const { id, version, status, current_step: step, isCreating } of queue.getSnapshot().data?.jobs ?? []
    ) {
      if (isCreating || seen.get(id) === version) continue;
      seen.set(id, version);
      learned.push({ id, version, ...progressOf(status, step), at });
    }
  });
  await new Promise<void>((resolve) => {
    const look = () => {
      if (esteira.connection.getSnapshot().status !== "live") return;
      unlook();
      resolve();
    };
    const unlook = esteira.connection.subscribe(look);
    look();
  });
  return {
    create: async (prompt) => void await esteira.jobs.create("image", { prompt }).created,
    close() {
      leave();
      esteira.close();
      return supabase.removeAllChannels();
    },
  };
}

async function open({ who, url, key, people }: Order & { kind: "open" }): Promise<void> {
  const openOne = (someone: Someone) => {
    const supabase = createClient(url, key, { accessToken: () => Promise.resolve(someone.token) });
    return who === "alone" ? openAlone(supabase, someone) : openOurs(supabase, someone);
  };
  for (let at = 0; at < people.length; at += AT_ONCE) {
    clients.push(...await Promise.all(people.slice(at, at + AT_ONCE).map(openOne)));
  }
  tell({ kind: "opened" });
}

async function close(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  tell({ kind: "closed" });
}

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "open":
      return await open(order);
    case "create":
      return await clients[0]?.create(order.prompt);
    case "tell": {
      const told = learned;
      learned = [];
      return tell({ kind: "learned", learned: told });
    }
    case "close":
      return await close();
  }
}

self.onmessage = ({ data }: MessageEvent<Order>) =>
  void obey(data).catch((error) => tell({ kind: "failed", message: String(error) }));
