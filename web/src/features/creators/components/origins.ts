/** One address a line; empty lines are nothing. */
export function parseOrigins(text: string): string[] {
  return text
    .split(/\s+/)
    .map((line) => line.replace(/\/$/, ""))
    .filter((line) => line !== "");
}

/** The first entry that is no origin, if any. */
export function badOrigin(origins: readonly string[]): string | undefined {
  return origins.find((origin) => {
    try {
      const url = new URL(origin);
      return !["http:", "https:"].includes(url.protocol) || url.origin !== origin;
    } catch {
      return true;
    }
  });
}
