import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tokens } from "./tokens";

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

describe("tokens", () => {
  const fetchCall = vi.fn<typeof fetch>();

  beforeEach(() => {
    tokens.clear();
    fetchCall.mockReset();
    vi.stubGlobal("fetch", fetchCall);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("renews once for many that ask at the same time", async () => {
    fetchCall.mockResolvedValue(answer(200, { access_token: "new" }));
    const results = await Promise.all([tokens.renew(), tokens.renew(), tokens.renew()]);
    expect(results).toEqual([true, true, true]);
    expect(fetchCall).toHaveBeenCalledTimes(1);
    expect(tokens.access()).toBe("new");
  });

  it("asks again with the cookie of another tab that was faster", async () => {
    fetchCall
      .mockResolvedValueOnce(answer(409, { code: "session_renewed" }))
      .mockResolvedValueOnce(answer(200, { access_token: "newest" }));
    expect(await tokens.renew()).toBe(true);
    expect(tokens.access()).toBe("newest");
  });

  it("ends the session when the server says no", async () => {
    const changes: boolean[] = [];
    const stop = tokens.onChange((signedIn) => changes.push(signedIn));
    fetchCall.mockResolvedValue(answer(401, { code: "unauthenticated" }));
    expect(await tokens.renew()).toBe(false);
    expect(changes).toEqual([false]);
    stop();
  });

  it("keeps the session when the server is only away", async () => {
    tokens.set("old");
    fetchCall.mockRejectedValue(new TypeError("network"));
    expect(await tokens.renew()).toBe(false);
    fetchCall.mockResolvedValue(answer(503, {}));
    expect(await tokens.renew()).toBe(false);
    expect(tokens.access()).toBe("old");
  });
});
