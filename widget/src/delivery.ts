import { addForeign, mergeHistory, prepend, readHistory } from "./history.ts";
import type { AnswerDelta, DownFrame, FeedbackSend, Part, SocketError, UpFrame } from "./protocol.gen.ts";
import type { Store } from "./store/atom.ts";
import {
  acknowledge,
  addDelta,
  completeAnswer,
  failAnswer,
  findAnswer,
  hasGap,
  isMessage,
  isRunning,
  newMessage,
  patchAnswer,
  patchMessage,
  RATING_REFUSED,
  release,
  startAnswer,
  unanswered,
  type Items,
} from "./store/transcript.ts";
import type { Clock } from "./transport/clock.ts";
import type { History } from "./transport/session.ts";
import type { Shelf } from "./transport/shelf.ts";

const ACK_WITHIN_MS = 10_000;
/** Longer than a model may be silent before the server gives it up. */
const SILENCE_MS = 25_000;
const SILENCES_BEFORE_GIVING_UP = 6;
/** Ratings are not acknowledged: a refusal that names no message, so soon after one, is taken for its. */
const RATING_REFUSED_WITHIN_MS = 5_000;

type Frame = Exclude<DownFrame, Part>;
type Handlers = { readonly [T in Frame["type"]]?: (frame: Extract<Frame, { type: T }>) => void };

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly send: (frame: UpFrame) => boolean;
  readonly drop: () => void;
  readonly history: (cursor?: string) => Promise<History>;
  readonly shelf: Shelf;
  readonly shelfName: string;
}

/** Sees to it that every message arrives once and every answer is whole, over any number of connections. */
export class Delivery {
  readonly #ratings = new Map<string, FeedbackSend>();
  readonly #asked = new Map<string, number>();
  #rated = { answerId: "", at: 0 };
  #cancelAck = () => {};
  #cancelWatch = () => {};
  #silences = 0;
  #synced = false;
  #syncing = false;

  readonly #handlers: Handlers = {
    "message.ack": ({ client_id, message_id }) => {
      this.#update((items) => acknowledge(items, client_id, message_id));
      this.save();
    },
    "answer.started": (frame) => this.#update((items) => startAnswer(items, frame)),
    "answer.delta": (frame) => this.#takeDelta(frame),
    "answer.completed": (frame) => this.#update((items) => completeAnswer(items, frame)),
    "answer.failed": (frame) => this.#update((items) => failAnswer(items, frame)),
    "message.new": (frame) => this.#update((items) => addForeign(items, frame)),
    error: (frame) => this.#refused(frame),
  };

  constructor(
    private readonly $items: Store<Items>,
    private readonly $earlier: Store<string>,
    private readonly ports: DeliveryPorts,
  ) {
    const kept = ports.shelf.read(ports.shelfName);
    if (kept) $items.set(restore(kept));
  }

  receive(frame: Frame): void {
    this.#silences = 0;
    (this.#handlers[frame.type] as ((frame: Frame) => void) | undefined)?.(frame);
    this.#watch();
  }

  /** A connection is there: what was under way goes again, what runs is picked up where it stopped. */
  async opened(): Promise<void> {
    this.#asked.clear();
    this.#update((items) =>
      items.map((item) =>
        isMessage(item) && item.delivery === "sent" ? { ...item, delivery: "queued" } : item,
      ),
    );
    for (const rating of [...this.#ratings.values()]) this.rate(rating);
    this.#resume();
    this.flush();
    if (!this.#synced || unanswered(this.$items.get()).length > 0) await this.#sync();
    this.#watch();
  }

  closed(): void {
    this.#cancelAck();
    this.#cancelWatch();
  }

  /** Sends what waits, in its order. */
  flush(): void {
    for (const { clientId, text, delivery } of this.$items.get().filter(isMessage)) {
      if (delivery !== "queued") continue;
      if (!this.ports.send({ type: "message.send", client_id: clientId, text })) break;
      this.#update((items) => patchMessage(items, clientId, { delivery: "sent" }));
      this.#expectAck();
    }
    this.save();
    this.#watch();
  }

  /** Keeps what is not stored yet, so that a reload does not lose it. */
  save(): void {
    const waiting = this.$items
      .get()
      .filter(isMessage)
      .filter(({ delivery }) => delivery !== "stored");
    const { shelf, shelfName } = this.ports;
    shelf.write(
      shelfName,
      waiting.length ? JSON.stringify(waiting.map(({ clientId, text }) => [clientId, text])) : null,
    );
  }

  rate(rating: FeedbackSend): void {
    const answerId = rating.answer_id;
    this.#ratings.delete(answerId);
    if (this.ports.send(rating)) this.#rated = { answerId, at: this.ports.clock.now() };
    else this.#ratings.set(answerId, rating);
  }

  #update(change: (items: Items) => Items): void {
    this.$items.set(change(this.$items.get()));
  }

  #takeDelta(frame: AnswerDelta): void {
    if (!findAnswer(this.$items.get(), frame.answer_id)) return void this.#sync();
    this.#update((items) => addDelta(items, frame));
    const answer = findAnswer(this.$items.get(), frame.answer_id);
    if (answer && hasGap(answer) && this.#asked.get(answer.answerId) !== answer.seq) this.#resume();
  }

  /** Asks for the rest of every answer that is not finished. */
  #resume(): void {
    for (const { answerId, seq } of this.$items.get().filter(isRunning)) {
      this.#asked.set(answerId, seq);
      this.ports.send({ type: "answer.resume", answer_id: answerId, last_seq: seq });
    }
  }

  /** Reads the page before the oldest message that is shown. */
  async earlier(): Promise<void> {
    await this.#read(async () => {
      const { items, next_cursor } = await this.ports.history(this.$earlier.get());
      this.$earlier.set(next_cursor ?? "");
      this.#update((ours) => prepend(ours, readHistory(items)));
    });
  }

  #sync(): Promise<void> {
    return this.#read(async () => {
      const { items, next_cursor } = await this.ports.history();
      if (!this.#synced) this.$earlier.set(next_cursor ?? "");
      this.#synced = true;
      this.#update((ours) => mergeHistory(ours, readHistory(items)));
      this.#resume();
    });
  }

  async #read(read: () => Promise<void>): Promise<void> {
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      await read();
    } catch {
      // The watch asks again while an answer is awaited, the next connection does in any case, and
      // the button for earlier messages stays.
    } finally {
      this.#syncing = false;
    }
  }

  #refused({ client_id, code, retry_after }: SocketError): void {
    const { clock } = this.ports;
    if (!client_id) return this.#ratingRefused();
    if (retry_after <= 0) {
      this.#update((items) => patchMessage(items, client_id, { delivery: "refused", code }));
      return;
    }
    const retryAt = clock.now() + retry_after * 1000;
    this.#update((items) => patchMessage(items, client_id, { delivery: "held", code, retryAt }));
    clock.after(retry_after * 1000, () => {
      this.#update((items) => release(items, client_id));
      this.flush();
    });
  }

  #ratingRefused(): void {
    const { answerId, at } = this.#rated;
    if (!answerId || this.ports.clock.now() - at > RATING_REFUSED_WITHIN_MS) return;
    this.#rated = { answerId: "", at: 0 };
    this.#update((items) => patchAnswer(items, answerId, { rating: "", reason: "", code: RATING_REFUSED }));
  }

  #expectAck(): void {
    this.#cancelAck();
    this.#cancelAck = this.ports.clock.after(ACK_WITHIN_MS, () => {
      if (this.$items.get().some((item) => isMessage(item) && item.delivery === "sent")) this.ports.drop();
    });
  }

  #watch(): void {
    this.#cancelWatch();
    const items = this.$items.get();
    if (!items.some(isRunning) && unanswered(items).length === 0) return;
    this.#cancelWatch = this.ports.clock.after(SILENCE_MS, () => this.#silent());
  }

  /** Nothing came for a long while although an answer is awaited. */
  #silent(): void {
    if (++this.#silences >= SILENCES_BEFORE_GIVING_UP) return this.#giveUp();
    this.#resume();
    if (unanswered(this.$items.get()).length > 0) void this.#sync();
    this.#watch();
  }

  #giveUp(): void {
    this.#silences = 0;
    const end = { code: "silent", retryable: true };
    for (const { answerId, messageId } of this.$items.get().filter(isRunning))
      this.#update((items) => failAnswer(items, { answer_id: answerId, message_id: messageId, ...end }));
    for (const { messageId } of unanswered(this.$items.get()).filter(({ delivery }) => delivery === "stored"))
      this.#update((items) =>
        failAnswer(items, { answer_id: `silent-${messageId}`, message_id: messageId, ...end }),
      );
  }
}

function restore(kept: string): Items {
  try {
    const pairs = JSON.parse(kept) as readonly (readonly [string, string])[];
    return pairs.map(([clientId, text]) => newMessage(clientId, text));
  } catch {
    return [];
  }
}
