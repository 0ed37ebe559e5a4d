import type { AnswerCompleted, Citation } from "../src/protocol.gen.ts";

/** How the stand-in answers one question. */
export interface Script {
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly outcome?: AnswerCompleted["outcome"];
  readonly model?: string;
  readonly before?: number;
  /** Ends with `answer.failed` of this code. */
  readonly fail?: string;
  /** Refuses the message for good. */
  readonly refuse?: string;
  /** Refuses the message the first time, for so many seconds. */
  readonly limit?: number;
  /** Cuts all connections after this piece. */
  readonly cutAt?: number;
  /** Does not deliver this piece unless asked. */
  readonly skip?: number;
  readonly inParts?: boolean;
}

const PRICES =
  "Single sessions. A one-hour coaching session by video call costs 80 euros and includes a written summary. " +
  "Packages. The package of five sessions costs 350 euros, is valid for six months and can be paid in two " +
  "instalments. Sessions that are cancelled less than 24 hours before the start are charged in full.";
const SCHEDULE =
  "Las sesiones se ofrecen de lunes a jueves entre las 9:00 y las 18:00, hora de Madrid. En agosto no hay sesiones.";

const citation = (index: number, passage: string, quote: string, more: Partial<Citation>): Citation => ({
  index,
  document_id: `document-${index}`,
  document_name: "Price list 2026.pdf",
  page: 2,
  heading: "Packages",
  language: "en",
  passage_id: `passage-${index}`,
  passage,
  quote,
  quote_start: passage.indexOf(quote),
  ...more,
});

const packageQuote = "The package of five sessions costs 350 euros, is valid for six months";
const CITED = [
  citation(1, PRICES, "A one-hour coaching session by video call costs 80 euros", {
    heading: "Single sessions",
  }),
  citation(2, PRICES, packageQuote, {}),
];
const CITED_ES = [
  citation(1, SCHEDULE, "de lunes a jueves entre las 9:00 y las 18:00, hora de Madrid", {
    document_name: "Horarios y condiciones.docx",
    page: null,
    heading: "Horario",
    language: "es",
  }),
];

const PRICE_TEXT =
  "A single session costs **80 euros** and lasts one hour; you get a written summary afterwards. [1]\n\n" +
  "If you want to keep going, the package is cheaper:\n\n" +
  "- five sessions for **350 euros** [2]\n- valid for six months [2]\n- payable in two instalments [2]\n\n" +
  "Would you like to know how to book?";

const PRICE: Script = { text: PRICE_TEXT, citations: CITED };
const QUOTES: Script = {
  text: "“A one-hour coaching session by video call costs 80 euros and includes a written summary.” [1]\n\n“The package of five sessions costs 350 euros, is valid for six months.” [2]",
  citations: CITED,
};

/** The first word that occurs in the question decides. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  horario: {
    text: "Puedes reservar **de lunes a jueves, de 9:00 a 18:00** (hora de Madrid). [1]",
    citations: CITED_ES,
  },
  weather: {
    text: "I could not find that in Ana’s documents, so I would rather not guess.",
    outcome: "no_answer",
    before: 100,
  },
  hello: { text: "Hello! What would you like to know?", outcome: "small_talk", before: 100 },
  degraded: { ...QUOTES, outcome: "degraded", model: "" },
  extractive: { ...QUOTES, model: "extractive" },
  fail: { text: "The package of five", fail: "model_unavailable" },
  limit: { ...PRICE, limit: 3 },
  quota: { text: "", refuse: "quota_exceeded" },
  cut: { ...PRICE, cutAt: 8 },
  gap: { ...PRICE, skip: 5 },
  parts: { ...PRICE, inParts: true },
  markup: {
    text: '<img src=x onerror="window.hacked=1"> <b>not bold</b> & <script>window.hacked=1</script>',
  },
  long: { ...PRICE, text: Array.from({ length: 12 }, () => PRICE_TEXT).join("\n\n") },
};

export function scriptFor(question: string): Script {
  const key = Object.keys(SCRIPTS).find((word) => question.toLowerCase().includes(word));
  return (key && SCRIPTS[key]) || PRICE;
}
