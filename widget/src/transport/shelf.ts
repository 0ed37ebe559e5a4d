/** Small texts kept by name. */
export interface Shelf {
  read(name: string): string | null;
  write(name: string, text: string | null): void;
}

/** The browser's storage, or memory where the page or the visitor has blocked it. */
export function shelfOn(storage: () => Storage): Shelf {
  const memory = new Map<string, string>();
  return {
    read(name) {
      try {
        return storage().getItem(name) ?? memory.get(name) ?? null;
      } catch {
        return memory.get(name) ?? null;
      }
    },
    write(name, text) {
      if (text === null) memory.delete(name);
      else memory.set(name, text);
      try {
        if (text === null) storage().removeItem(name);
        else storage().setItem(name, text);
      } catch {
        // Blocked or full: memory has it.
      }
    },
  };
}
