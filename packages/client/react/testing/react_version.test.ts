import { version } from "react";
import { version as versionOfDom } from "react-dom";
import { expect, test } from "vitest";

test("both ends of the promised range are what is tested", () => {
  expect([version, versionOfDom]).toEqual([process.env.REACT, process.env.REACT]);
});
