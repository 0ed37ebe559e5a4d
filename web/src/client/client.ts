import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, toApiError } from "./problem";
import type { paths } from "./schema.gen";
import { tokens } from "./tokens";

/** Adds the access token, and renews it once when the API says it is no longer valid. */
const withToken: Middleware = {
  onRequest({ request }) {
    const token = tokens.access();
    if (token !== "") request.headers.set("Authorization", `Bearer ${token}`);
    request.headers.set("Accept-Language", document.documentElement.lang);
    return request;
  },
};

const SIGNS_IN_OR_OUT = /\/auth\/(login|register|refresh-token|logout)$/;

async function fetchWithRenewal(request: Request): Promise<Response> {
  // A request's body can be read once only: keep a copy for the second try.
  const again = request.clone();
  const response = await reach(request);
  const renewable = response.status === 401 && tokens.access() !== "" && !SIGNS_IN_OR_OUT.test(request.url);
  if (!renewable || !(await tokens.renew())) return response;
  again.headers.set("Authorization", `Bearer ${tokens.access()}`);
  return reach(again);
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    throw new ApiError(0, "network", "");
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchWithRenewal });
api.use(withToken);

/** Unwraps an answer of `api`, or throws the `ApiError` it stands for. */
export async function answered<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(response, error);
  return data as T;
}
