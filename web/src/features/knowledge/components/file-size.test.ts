import { expect, it } from "vitest";
import { fileSize } from "./file-size";

it.each([
  [500, "en", "500 byte"],
  [12_345, "en", "12 kB"],
  [2_500_000, "en", "2.5 MB"],
  [2_500_000, "es", "2,5 MB"],
])("%d bytes in %s read %s", (bytes, language, text) => {
  expect(fileSize(bytes, language).replace(/\u00a0/g, " ")).toBe(text);
});
