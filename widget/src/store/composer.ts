import type { MaxTextChars } from "../protocol.gen.ts";
import { atom } from "./atom.ts";

export const TEXT_LIMIT: MaxTextChars = 4000;
const COUNTER_FROM = 3600;

export interface Composer {
  readonly draft: string;
  /** Grows when something else than the visitor's typing put text into the draft. */
  readonly revision: number;
}

export const createComposer = () => atom<Composer>({ draft: "", revision: 0 });

/** Characters left, or null while there is plenty of room. */
export function remaining(draft: string): number | null {
  return draft.length >= COUNTER_FROM ? TEXT_LIMIT - draft.length : null;
}
