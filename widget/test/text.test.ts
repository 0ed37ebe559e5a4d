import { describe, expect, test } from "vitest";
import { remaining } from "../src/store/composer.ts";
import { parseBlocks, spoken, type Block } from "../src/text/blocks.ts";
import { fill, pickLanguage, stringsOf } from "../src/text/strings.ts";
import { shelfOn } from "../src/transport/shelf.ts";

/** Blocks in short: `kind: text|text`, with **bold** and [n] put back. */
const brief = (blocks: readonly Block[]): string[] =>
  blocks.map(({ kind, lines }) => {
    const shown = lines.map((line) =>
      line
        .map((piece) => {
          if (piece.kind === "citation") return `${piece.lead}[${piece.index}]`;
          return piece.strong ? `**${piece.text}**` : piece.text;
        })
        .join(""),
    );
    return `${kind}: ${shown.join("|")}`;
  });

describe("blocks", () => {
  test("paragraphs part at blank lines and keep their line breaks", () => {
    expect(brief(parseBlocks("one\ntwo\r\n\r\n\nthree"))).toEqual(["paragraph: one|two", "paragraph: three"]);
  });

  test("lists hold together over blank lines and begin where they say", () => {
    const blocks = parseBlocks("- a\n\n* b\n3. c\n4) d");
    expect(brief(blocks)).toEqual(["bullets: a|b", "numbers: c|d"]);
    expect(blocks[1]?.start).toBe(3);
  });

  test("headings stand alone", () => {
    expect(brief(parseBlocks("# One\n## Two\ntext"))).toEqual([
      "heading: One",
      "heading: Two",
      "paragraph: text",
    ]);
  });

  test("markers become citations, several in one bracket too, with the word before them", () => {
    expect(parseBlocks("It costs 80 [1, 2] a month")[0]?.lines[0]).toEqual([
      { kind: "text", text: "It costs ", strong: false },
      { kind: "citation", index: 1, lead: "80 " },
      { kind: "citation", index: 2, lead: "" },
      { kind: "text", text: " a month", strong: false },
    ]);
  });

  test("bold may hold a marker", () => {
    expect(brief(parseBlocks("**really [3]** so"))).toEqual(["paragraph: really [3] so"]);
    expect(brief(parseBlocks("**really** so"))).toEqual(["paragraph: **really** so"]);
  });

  test("the beginning of a marker waits while text streams, and stays when it is all there is", () => {
    for (const [text, shown] of [
      ["costs 80 [", "costs 80 "],
      ["costs 80 [1", "costs 80 "],
      ["costs *", "costs "],
    ] as const) {
      expect(brief(parseBlocks(text, true))).toEqual([`paragraph: ${shown}`.trimEnd()]);
      expect(brief(parseBlocks(text, false))).toEqual([`paragraph: ${text}`]);
    }
  });

  test("bold that has begun is bold while text streams", () => {
    expect(brief(parseBlocks("only **350 eu", true))).toEqual(["paragraph: only **350 eu**"]);
    expect(brief(parseBlocks("only **350** eu", true))).toEqual(["paragraph: only **350** eu"]);
  });

  test("markup is text like any other", () => {
    expect(brief(parseBlocks("<b>x</b> <script>"))).toEqual(["paragraph: <b>x</b> <script>"]);
  });

  test("what is read aloud has no markers and no stars", () => {
    expect(spoken("It costs **80 euros** [1].\n\n- one [2]\n- two, really [3]!")).toBe(
      "It costs 80 euros. one two, really!",
    );
  });
});

describe("words", () => {
  test("the first wanted language that there is counts", () => {
    expect(pickLanguage(["fr-FR", "es-MX", "en"])).toBe("es");
    expect(pickLanguage(["fr"])).toBe("en");
    expect(pickLanguage([])).toBe("en");
  });

  test("both languages have the same gaps to fill", () => {
    const gaps = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
    const spanish = stringsOf("es");
    for (const [key, words] of Object.entries(stringsOf("en"))) {
      expect(gaps(spanish[key as keyof typeof spanish]), key).toEqual(gaps(words));
      expect(spanish[key as keyof typeof spanish].trim(), key).not.toBe("");
    }
  });

  test("gaps are filled, unknown ones stay", () => {
    expect(fill("{n} of {all} {x}", { n: 0, all: "9" })).toBe("0 of 9 {x}");
  });

  test("characters are counted only near the limit", () => {
    expect([remaining("x".repeat(3599)), remaining("x".repeat(3600)), remaining("x".repeat(4000))]).toEqual([
      null,
      400,
      0,
    ]);
  });
});

test("a shelf remembers when storage throws, and says what storage says when it does not", () => {
  const blocked = shelfOn(() => {
    throw new Error("blocked");
  });
  blocked.write("a", "1");
  expect(blocked.read("a")).toBe("1");
  blocked.write("a", null);
  expect(blocked.read("a")).toBeNull();
});
