/** An answer of the API that is not a success; `status` 0 means that none came. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter = 0,
  ) {
    super(code);
  }

  /** Waiting and trying again may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Problem {
  readonly code?: string;
  readonly retry_after?: number;
}

/** Speaks JSON with the API; refusals come back as `ApiError`. */
export class Http {
  constructor(
    private readonly base: string,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  async request<T>(path: string, { token, body }: { token?: string; body?: object } = {}): Promise<T> {
    const response = await this.#call(path, {
      method: body ? "POST" : "GET",
      credentials: "omit",
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as Problem;
    const seconds = problem.retry_after ?? Number(response.headers.get("retry-after") ?? 0);
    throw new ApiError(response.status, problem.code ?? "unknown", seconds || 0);
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetch(this.base + path, init);
    } catch {
      throw new ApiError(0, "unreachable");
    }
  }
}
