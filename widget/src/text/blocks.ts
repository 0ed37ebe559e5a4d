/** A small, safe reading of the Markdown that models write: data in, data out, no HTML. */

export type Inline =
  | { readonly kind: "text"; readonly text: string; readonly strong: boolean }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "citation"; readonly index: number };

export type Line = readonly Inline[];

export interface Block {
  readonly kind: "paragraph" | "heading" | "bullets" | "numbers" | "quote";
  readonly lines: readonly Line[];
  /** First number of a numbered list. */
  readonly start: number;
}

const INLINE = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]|\*\*(.+?)\*\*|`([^`]+)`/g;
const BULLET = /^\s*[-*•]\s+/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+/;
const HEADING = /^\s*#{1,6}\s+/;
const QUOTE = /^\s*>\s?/;
/** The beginning of a marker that the stream has not finished yet. */
const UNFINISHED = /(?:\[[\d\s,]*|\*{1,2}|`)$/;

export function parseLine(text: string, strong = false): Line {
  const line: Inline[] = [];
  const push = (piece: string) => piece && line.push({ kind: "text", text: piece, strong });
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [, numbers, bold, code] = match;
    const before = text.slice(from, match.index);
    // A number stays on the line of the words it belongs to.
    push(numbers ? before.replace(/\s+$/, "\u00a0") : before);
    from = match.index + match[0].length;
    if (numbers)
      line.push(...numbers.split(",").map((n) => ({ kind: "citation", index: Number(n) }) as const));
    else if (bold) line.push(...parseLine(bold, true));
    else if (code) line.push({ kind: "code", text: code });
  }
  push(text.slice(from));
  return line;
}

function kindOf(line: string): { kind: Block["kind"]; text: string; start: number } {
  const number = NUMBER.exec(line);
  if (number) return { kind: "numbers", text: line.replace(NUMBER, ""), start: Number(number[1]) };
  for (const [kind, pattern] of [
    ["bullets", BULLET],
    ["heading", HEADING],
    ["quote", QUOTE],
  ] as const)
    if (pattern.test(line)) return { kind, text: line.replace(pattern, ""), start: 1 };
  return { kind: "paragraph", text: line.trim(), start: 1 };
}

/** Splits a text into blocks. `streaming` holds back a marker of which only the beginning has arrived. */
export function parseBlocks(text: string, streaming = false): readonly Block[] {
  const blocks: { kind: Block["kind"]; lines: Line[]; start: number }[] = [];
  let open = false;
  for (const line of (streaming ? text.replace(UNFINISHED, "") : text).split(/\r?\n/)) {
    if (!line.trim()) {
      open = false;
      continue;
    }
    const { kind, text: content, start } = kindOf(line);
    const last = blocks.at(-1);
    const isList = kind === "bullets" || kind === "numbers";
    if (last?.kind === kind && (open || isList) && kind !== "heading") last.lines.push(parseLine(content));
    else blocks.push({ kind, lines: [parseLine(content)], start });
    open = true;
  }
  return blocks;
}

/** The text as it should be read aloud: without markers. */
export function spoken(text: string): string {
  return parseBlocks(text)
    .flatMap((block) => block.lines)
    .map((line) => line.map((piece) => (piece.kind === "citation" ? "" : piece.text)).join(""))
    .join(" ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,;:!?])/g, "$1")
    .trim();
}
