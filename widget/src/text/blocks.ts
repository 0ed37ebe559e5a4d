/** A small, safe reading of the Markdown that models write: data in, data out, no HTML. */

export type Inline =
  | { readonly kind: "text"; readonly text: string; readonly strong: boolean }
  /** `lead` is the word before the number, which must not be parted from it. */
  | { readonly kind: "citation"; readonly index: number; readonly lead: string };

export type Line = readonly Inline[];

export interface Block {
  readonly kind: "paragraph" | "heading" | "bullets" | "numbers";
  readonly lines: readonly Line[];
  /** First number of a numbered list. */
  readonly start: number;
}

const INLINE = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]|\*\*(.+?)\*\*/g;
const BULLET = /^\s*[-*•]\s+/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+/;
const HEADING = /^\s*#{1,6}\s+/;
/** The beginning of a marker that the stream has not finished yet. */
const UNFINISHED = /(?:\[[\d\s,]*|\*{1,2})$/;

export function parseLine(text: string, strong = false): Line {
  const line: Inline[] = [];
  const push = (piece: string) => piece && line.push({ kind: "text", text: piece, strong });
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, numbers, bold] = match;
    const before = text.slice(from, match.index);
    const [lead = ""] = (numbers && /\S*\s*$/.exec(before)) || [];
    push(before.slice(0, before.length - lead.length));
    from = match.index + whole.length;
    if (bold) line.push(...parseLine(bold, true));
    numbers
      ?.split(",")
      .forEach((n, at) => line.push({ kind: "citation", index: Number(n), lead: at ? "" : lead }));
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
  ] as const)
    if (pattern.test(line)) return { kind, text: line.replace(pattern, ""), start: 1 };
  return { kind: "paragraph", text: line.trim(), start: 1 };
}

/** Splits a text into blocks. `streaming` holds back a marker of which only the beginning has arrived. */
export function parseBlocks(text: string, streaming = false): readonly Block[] {
  const blocks: { kind: Block["kind"]; lines: Line[]; start: number }[] = [];
  let gap = true;
  for (const line of (streaming ? soFar(text) : text).split(/\r?\n/)) {
    if (line.trim()) {
      const { kind, text: content, start } = kindOf(line);
      const last = blocks.at(-1);
      if (last?.kind === kind && goesOn(kind, gap)) last.lines.push(parseLine(content));
      else blocks.push({ kind, lines: [parseLine(content)], start });
    }
    gap = !line.trim();
  }
  return blocks;
}

/** What can be shown of a text that is still being written: no half markers, and bold that has begun is bold. */
function soFar(text: string): string {
  const whole = text.replace(UNFINISHED, "");
  return whole.split("**").length % 2 ? whole : `${whole}**`;
}

const goesOn = (kind: Block["kind"], gap: boolean): boolean =>
  kind === "paragraph" ? !gap : kind !== "heading";

/** The text as it should be read aloud: without markers. */
export function spoken(text: string): string {
  return parseBlocks(text)
    .flatMap((block) => block.lines)
    .map((line) => line.map((piece) => (piece.kind === "citation" ? piece.lead : piece.text)).join(""))
    .join(" ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,;:!?])/g, "$1")
    .trim();
}
