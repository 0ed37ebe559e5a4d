import { describe, expect, it } from "vitest";
import { MAX_BYTES, refusal } from "./upload-document";

function file(name: string, size: number): File {
  const made = new File(["x"], name);
  Object.defineProperty(made, "size", { value: size });
  return made;
}

describe("a file is refused before it is sent", () => {
  it("when it is empty", () => expect(refusal(file("a.pdf", 0))).toBe("knowledge.emptyFile"));
  it("when it is too large", () => expect(refusal(file("a.pdf", MAX_BYTES + 1))).toBe("knowledge.tooLarge"));
  it("when its kind cannot be read", () => expect(refusal(file("a.exe", 10))).toBe("knowledge.wrongType"));
  it("but not when it is fine, whatever the case of its name", () =>
    expect(refusal(file("Plan.PDF", MAX_BYTES))).toBeNull());
});
