import type { Actions } from "./store/actions.ts";
import { createComposer, TEXT_LIMIT } from "./store/composer.ts";
import { createConnection } from "./store/connection.ts";
import { createProfile } from "./store/profile.ts";
import {
  createTranscript,
  findAnswer,
  isMessage,
  newMessage,
  patchAnswer,
  patchMessage,
  type Rating,
  type Reason,
} from "./store/transcript.ts";
import { atom } from "./store/atom.ts";
import { Delivery } from "./delivery.ts";
import type { Clock } from "./transport/clock.ts";
import type { Http } from "./transport/http.ts";
import { Link, type SocketLike } from "./transport/link.ts";
import { VisitorSession } from "./transport/session.ts";
import type { Shelf } from "./transport/shelf.ts";

export interface ConversationPorts {
  readonly http: Http;
  readonly openSocket: (url: string) => SocketLike;
  readonly clock: Clock;
  readonly isOnline: () => boolean;
  /** Outlives the tab: the session. */
  readonly lasting: Shelf;
  /** Lives as long as the tab: the draft and what is not sent yet. */
  readonly passing: Shelf;
  readonly newId: () => string;
  /** Asks the page; false keeps the message back. */
  readonly maySend: (text: string) => boolean;
  readonly close: () => void;
}

/** Wires stores, session and socket into one conversation. */
export class Conversation implements Actions {
  readonly $connection = createConnection();
  readonly $items = createTranscript();
  /** Where older messages go on; empty when there are none. */
  readonly $earlier = atom("");
  readonly $composer = createComposer();
  readonly $profile = createProfile();
  readonly #session: VisitorSession;
  readonly #link: Link;
  readonly #delivery: Delivery;
  readonly #draftName: string;

  constructor(
    private readonly ports: ConversationPorts,
    creatorId: string,
  ) {
    const { clock, openSocket, isOnline } = ports;
    this.#session = new VisitorSession(ports.http, ports.lasting, creatorId);
    this.#link = new Link(
      { clock, openSocket, isOnline, address: () => this.#address() },
      {
        onState: (state, detail) => this.#moved(state, detail),
        onFrame: (frame) => this.#delivery.receive(frame),
      },
    );
    this.#delivery = new Delivery(this.$items, this.$earlier, {
      clock,
      send: (frame) => this.#link.send(frame),
      drop: () => this.#link.drop(),
      history: (cursor) => this.#session.history(cursor),
      shelf: ports.passing,
      shelfName: `autosocial:outbox:${creatorId}`,
    });
    this.#draftName = `autosocial:draft:${creatorId}`;
    this.$composer.set({ draft: ports.passing.read(this.#draftName) ?? "", revision: 1 });
  }

  start(): void {
    this.#link.start();
  }

  stop(): void {
    this.#link.stop();
  }

  reconnect(): void {
    this.#link.start();
  }

  /** The network came back, went away, or the page woke up. */
  networkChanged(): void {
    if (this.ports.isOnline()) this.#link.probe();
    else this.#link.drop();
  }

  send(text: string): boolean {
    const trimmed = text.trim();
    if (!trimmed || trimmed.length > TEXT_LIMIT || !this.ports.maySend(trimmed)) return false;
    this.$items.set([...this.$items.get(), newMessage(this.ports.newId(), trimmed)]);
    this.#delivery.flush();
    this.#link.start();
    this.#writeDraft("");
    return true;
  }

  setDraft(text: string): void {
    this.#writeDraft(text, this.$composer.get().revision);
  }

  rephrase(text: string): void {
    this.#writeDraft(text);
  }

  retry(answerId: string): void {
    const items = this.$items.get();
    const failed = findAnswer(items, answerId);
    const question = items.filter(isMessage).find(({ messageId }) => messageId === failed?.messageId);
    if (!failed || !question || !this.ports.maySend(question.text)) return;
    const kept = items.filter((item) => item !== failed && item !== question);
    this.$items.set([...kept, newMessage(this.ports.newId(), question.text)]);
    this.#delivery.flush();
    this.#link.start();
  }

  discard(clientId: string): void {
    this.$items.set(this.$items.get().filter((item) => item.key !== clientId));
    this.#delivery.save();
  }

  rate(answerId: string, rating: Rating, reason: Reason = ""): void {
    this.$items.set(patchAnswer(this.$items.get(), answerId, { rating, reason, code: "" }));
    this.#delivery.rate({ type: "feedback.send", answer_id: answerId, rating, reason });
  }

  /** Sends a message again that was refused. */
  resend(clientId: string): void {
    this.$items.set(patchMessage(this.$items.get(), clientId, { delivery: "queued", code: "" }));
    this.#delivery.flush();
  }

  earlier(): Promise<void> {
    return this.#delivery.earlier();
  }

  close(): void {
    this.ports.close();
  }

  async #address(): Promise<string> {
    const { widget } = await this.#session.open();
    this.$profile.set(widget);
    return this.#session.socketAddress();
  }

  #moved(state: Parameters<Link["events"]["onState"]>[0], detail: { retryAt: number; code: string }): void {
    this.$connection.set({ state, ...detail });
    if (state === "open") void this.#delivery.opened();
    else this.#delivery.closed();
  }

  #writeDraft(draft: string, revision = this.$composer.get().revision + 1): void {
    this.ports.passing.write(this.#draftName, draft || null);
    this.$composer.set({ draft, revision });
  }
}
