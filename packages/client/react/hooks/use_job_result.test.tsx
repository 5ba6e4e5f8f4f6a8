import { render, screen } from "@testing-library/react";
import { Component, type ReactNode, StrictMode, Suspense } from "react";
import { settle } from "../testing/settle.ts";
import { expect, test } from "vitest";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { aJob, anOutput } from "../jobs_fixture.ts";
import { expectErrors } from "../testing/expect_errors.ts";
import type { JobHandle } from "../../api/job.ts";
import { useJobResult } from "./use_job_result.ts";

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    return this.state.error ? <p>{this.state.error.message}</p> : this.props.children;
  }
}

function Result({ handle }: { handle: JobHandle }) {
  return <p>{useJobResult(handle).output.files[0]?.signedUrl}</p>;
}

const shown = (handle: JobHandle) => (
  <StrictMode>
    <Boundary>
      <Suspense fallback={<p>waiting</p>}>
        <Result handle={handle} />
      </Suspense>
    </Boundary>
  </StrictMode>
);

function create() {
  const fake = fakeEsteira();
  const handle = fake.client.jobs.create("upscaler", { image: "a" }) as JobHandle;
  return { handle, made: fake.creates[0] };
}

test("the tree waits for the result, and then shows it", async () => {
  const { handle, made } = create();
  await settle(() => void render(shown(handle)));
  expect(screen.getByText("waiting")).toBeDefined();
  const output = anOutput([{ path: "u/j/1.png", content_type: "image/png", signedUrl: "https://x/1.png" }]);
  await settle(() => made?.complete(aJob({ status: "completed", output })));
  expect(screen.getByText("https://x/1.png")).toBeDefined();
});

test("what fails is for the error boundary", async () => {
  expectErrors();
  const { handle, made } = create();
  await settle(() => void render(shown(handle)));
  await settle(() => made?.fail(new Error("VRAM overflow")));
  expect(screen.getByText("VRAM overflow")).toBeDefined();
});
