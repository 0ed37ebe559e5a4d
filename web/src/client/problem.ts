/** An error the API answered with (RFC 9457), or "network" when there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string = "",
    readonly fields: readonly { field: string; message: string }[] = [],
    /** In seconds; 0 unless the API asked for a wait. */
    readonly retryAfter: number = 0,
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

interface ProblemBody {
  code?: string;
  detail?: string;
  request_id?: string;
  retry_after?: number | null;
  errors?: { field: string; message: string }[] | null;
}

export function toApiError(response: Response, body: unknown): ApiError {
  const problem: ProblemBody = typeof body === "object" && body !== null ? body : {};
  return new ApiError(
    response.status,
    problem.code ?? "unknown",
    problem.detail ?? "",
    problem.request_id ?? response.headers.get("X-Request-ID") ?? "",
    problem.errors ?? [],
    problem.retry_after ?? 0,
  );
}
