import { expect, test } from "vitest";
import { readAmount, signedIn } from "./money.ts";

test("an amount has its sign, and each of its digits", () => {
  expect(signedIn("pt-BR", 1500)).toBe("+1.500");
  expect(signedIn("en", -10)).toBe("−10");
  expect(signedIn("en", "9007199254740993")).toBe("+9,007,199,254,740,993");
  expect(signedIn("pt-BR", "-9223372036854775807")).toBe("−9.223.372.036.854.775.807");
});

test("what is typed is read as people write numbers, or not at all", () => {
  expect(readAmount("1500")).toBe("1500");
  expect(readAmount(" 1.500 ")).toBe("1500");
  expect(readAmount("1,500,000")).toBe("1500000");
  expect(readAmount("1 500")).toBe("1500");
  expect(readAmount("9007199254740993")).toBe("9007199254740993");
  for (
    const typed of [
      "",
      "0",
      "-5",
      "1.5",
      "1.50",
      "1e3",
      "0x10",
      "12 3",
      "9223372036854775808",
      "1,5000",
      "dez",
    ]
  ) {
    expect(readAmount(typed), typed).toBeNull();
  }
});
