/**
 * The access token, in memory only; the refresh token is a cookie that scripts cannot read.
 * Renewal is shared: many requests that meet a 401 at once cause one refresh.
 */
type Listener = (signedIn: boolean, reason: EndReason) => void;
/** `ended`: the server no longer accepts a session that was going on here. */
export type EndReason = "left" | "ended";

let access = "";
let renewal: Promise<boolean> | null = null;
const listeners = new Set<Listener>();

interface TokenBody {
  access_token: string;
}

function askForRenewal(): Promise<Response> {
  return fetch("/api/v1/auth/refresh-token", { method: "POST", credentials: "same-origin" });
}

async function requestRenewal(): Promise<boolean> {
  try {
    let response = await askForRenewal();
    // Another tab was faster, twice: by now its cookie is the newest, and it is this tab's as well.
    if (response.status === 409) response = await askForRenewal();
    if (!response.ok) {
      // Only the API's "no" ends a session; a server that is away or a firewall before it does not.
      if (response.status === 401) tokens.clear(access === "" ? "left" : "ended");
      return false;
    }
    const body = (await response.json()) as TokenBody;
    tokens.set(body.access_token);
    return true;
  } catch {
    return false;
  }
}

export const tokens = {
  access: () => access,
  set(token: string) {
    access = token;
    for (const listener of listeners) listener(true, "left");
  },
  clear(reason: EndReason = "left") {
    access = "";
    for (const listener of listeners) listener(false, reason);
  },
  renew(): Promise<boolean> {
    renewal ??= requestRenewal().finally(() => {
      renewal = null;
    });
    return renewal;
  },
  onChange(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
