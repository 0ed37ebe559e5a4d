import type { DownFrame, Part } from "../protocol.gen.ts";

const MAX_PARTS = 64;
const MAX_OPEN = 8;

function parse(text: string): DownFrame | null {
  try {
    const value: unknown = JSON.parse(text);
    const isFrame =
      typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
    return isFrame ? (value as DownFrame) : null;
  } catch {
    return null;
  }
}

const isSound = ({ index, count }: Part): boolean => count <= MAX_PARTS && index >= 0 && index < count;

/** Reads frames; pieces of a large one are kept until the last has come. Anything else is null. */
export class FrameReader {
  readonly #open = new Map<string, Map<number, string>>();

  read(text: string): Exclude<DownFrame, Part> | null {
    const frame = parse(text);
    return frame?.type === "part" ? this.#join(frame) : frame;
  }

  /** A new connection starts with no half-read frames. */
  reset(): void {
    this.#open.clear();
  }

  #join(part: Part): Exclude<DownFrame, Part> | null {
    if (!isSound(part)) return null;
    const { id, index, count, data } = part;
    const pieces = this.#open.get(id) ?? new Map<number, string>();
    this.#open.set(id, pieces.set(index, data));
    if (pieces.size < count) {
      this.#forgetOldest();
      return null;
    }
    this.#open.delete(id);
    const whole = parse(Array.from({ length: count }, (_, at) => pieces.get(at)).join(""));
    return whole?.type === "part" ? null : whole;
  }

  #forgetOldest(): void {
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }
}
