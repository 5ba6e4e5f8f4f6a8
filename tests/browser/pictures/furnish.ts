/** A person who has used the app for a while: jobs that ended well, one that did not, a canvas, accounts to publish with, credits. */
import { createJob, jobWhen } from "../../world/api.ts";
import { connectAccount } from "../../world/connect.ts";
import { SOCIAL } from "../../world/simulators.ts";
import type { AppWorld, Person } from "../app_world.ts";
import type { Furnished } from "./pages.ts";

const PROMPTS = [
  "Um farol na chuva, ao amanhecer",
  "Montanhas de papel sob duas luas",
  "Uma cadeira de praia na neve",
];

export async function furnish(
  { environment, person: newPerson, url }: AppWorld,
): Promise<Furnished & { person: Person }> {
  const person = await newPerson(1_000, "ana@example.com");
  environment.kie.misbehave({ contains: "famoso", fault: { kind: "fail", failMsg: "It was flagged." } });
  const nodes = PROMPTS.map((prompt, n) => ({
    id: `n${n}`,
    type: "image",
    position: { x: 24 + n * 316, y: 24 + (n % 2) * 28 },
    data: { prompt },
  }));
  const row = { name: "Cartões-postais", content: { nodes } };
  const { data: project, error } = await person.client.from("projects").insert(row).select("id").single();
  if (error) throw error;
  const make = async (prompt: string, metadata: Record<string, unknown> = {}) => {
    const { id } = await createJob(environment, person, "image", { prompt }, metadata);
    await jobWhen(
      environment,
      person,
      id,
      ({ status }) => ["completed", "failed"].includes(status),
      "its end",
    );
  };
  for (const [n, prompt] of PROMPTS.entries()) await make(prompt, { projectId: project.id, nodeId: `n${n}` });
  await make("Alguém famoso");
  for (const platform of SOCIAL) {
    await connectAccount(environment, person, platform, "ana");
  }
  return { environment, person, url: `${url}/`, canvas: `#/canvas?id=${project.id}` };
}
