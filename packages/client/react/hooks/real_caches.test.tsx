/** `useProjectRealtime` with the caches themselves: what it marks as stale is read again. */
import { render, screen } from "@testing-library/react";
import { version } from "react";
import { SWRConfig, useSWRConfig } from "swr";
import useSWR from "swr";
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { type Fake, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { around } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { useProjectRealtime } from "./use_project_realtime.ts";

// Both find React by themselves, and so the newest one.
const it = test.runIf(version.startsWith("19."));

const project = (version: number) => ({
  id: "p",
  name: null,
  version,
  content: { nodes: [] },
  updatedAt: "",
});

async function changeTwice(fake: Fake) {
  await settle(() => fake.project("p").set(ready(project(1))));
  await settle(() => fake.project("p").set(ready(project(2))));
  await settle();
}

// @acceptance 002:581
it("SWR reads the project again, and shows the old one meanwhile", async () => {
  const shown: unknown[] = [];
  const read = vi.fn(() => Promise.resolve(`read ${read.mock.calls.length}`));
  function Page() {
    const { mutate } = useSWRConfig();
    const { data } = useSWR("/api/projects/p", read, { dedupingInterval: 0 });
    useProjectRealtime("p", { mutate });
    shown.push(data);
    return <p>{data}</p>;
  }
  const fake = fakeEsteira();
  render(
    <SWRConfig value={{ provider: () => new Map() }}>
      <Page />
    </SWRConfig>,
    { wrapper: around({ fake }) },
  );
  await settle();
  const before = read.mock.calls.length;
  shown.length = 0;
  await changeTwice(fake);
  expect(read.mock.calls.length).toBe(before + 1);
  expect(screen.getByText(`read ${before + 1}`)).toBeDefined();
  expect(shown).not.toContain(undefined);
});

it("TanStack Query reads the project again by the key that it was given", async () => {
  const read = vi.fn(() => Promise.resolve(`read ${read.mock.calls.length}`));
  function Page() {
    const queryClient = useQueryClient();
    const { data } = useQuery({ queryKey: ["project", "p"], queryFn: read, staleTime: Infinity });
    useProjectRealtime("p", { queryClient, key: ["project", "p"] });
    return <p>{data}</p>;
  }
  const fake = fakeEsteira();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
    { wrapper: around({ fake }) },
  );
  await settle();
  const before = read.mock.calls.length;
  await changeTwice(fake);
  expect(read.mock.calls.length).toBe(before + 1);
  await vi.waitFor(() => screen.getByText(`read ${before + 1}`));
});
