import { atom } from "./atom.ts";

/**
 * `idle`: not wanted yet · `connecting` · `open` · `waiting`: lost, tries again at `retryAt` ·
 * `offline`: the browser says there is no network · `refused`: trying again cannot help (`code` says why).
 */
export type ConnectionState = "idle" | "connecting" | "open" | "waiting" | "offline" | "refused";

export interface Connection {
  readonly state: ConnectionState;
  readonly retryAt: number;
  readonly code: string;
}

export const createConnection = () => atom<Connection>({ state: "idle", retryAt: 0, code: "" });
