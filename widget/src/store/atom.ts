/** A value that can be watched. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Calls `listener` now and after every change; returns the way to stop. */
  subscribe(listener: (value: T) => void): () => void;
}

export function atom<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(value);
      return () => void listeners.delete(listener);
    },
  };
}
