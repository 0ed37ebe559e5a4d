import { describe, expect, it } from "vitest";
import { badOrigin, parseOrigins } from "./origins";

describe("allowed sites", () => {
  it("are read one a line, without the last slash", () => {
    expect(parseOrigins(" https://a.example/\n\nhttp://localhost:8081 ")).toEqual([
      "https://a.example",
      "http://localhost:8081",
    ]);
  });

  it.each(["example.com", "https://a.example/page", "ftp://a.example", "javascript:alert(1)", "*"])(
    "refuse %s, which is no origin",
    (origin) => {
      expect(badOrigin(["https://fine.example", origin])).toBe(origin);
    },
  );

  it("accept origins with and without a port", () => {
    expect(badOrigin(["https://a.example", "http://127.0.0.1:8081"])).toBeUndefined();
  });
});
