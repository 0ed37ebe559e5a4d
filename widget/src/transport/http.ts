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

  async request<T>(path: string, token = "", body?: object): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["authorization"] = `Bearer ${token}`;
    if (body) headers["content-type"] = "application/json";
    const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const response = await this.#call(path, { ...sent, headers, credentials: "omit" });
    if (response.ok) return (await response.json()) as T;
    const { code = "", retry_after = 0 } = (await response.json().catch(() => ({}))) as Problem;
    throw new ApiError(response.status, code, retry_after);
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetch(this.base + path, init);
    } catch {
      throw new ApiError(0, "unreachable");
    }
  }
}
