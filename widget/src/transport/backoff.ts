const FIRST_MS = 1_000;
const LAST_MS = 30_000;

/** The wait before try number `attempt` (from 0): doubles from 1 to 30 s, of which up to half is left to chance. */
export function backoff(attempt: number, chance: number): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt + 1, 10));
  return Math.max(FIRST_MS, Math.round((ceiling / 2) * (1 + chance)));
}
