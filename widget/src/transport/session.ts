import type { AnswerCompleted, Citation, FeedbackSend } from "../protocol.gen.ts";
import { ApiError, type Http } from "./http.ts";
import type { Shelf } from "./shelf.ts";

/** `POST channels/sessions`. */
export interface Session {
  readonly session_token: string;
  readonly visitor_id: string;
  readonly conversation_id: string;
  readonly expires_at: string;
  readonly widget: {
    readonly title: string;
    readonly welcome: string;
    readonly language: string;
    readonly name: string;
  };
}

/** `POST auth/socket-tickets`. */
export interface Ticket {
  readonly ticket: string;
  readonly url: string;
  readonly expires_in: number;
}

/** One message of `GET channels/sessions/{conversation_id}/messages`. */
export interface StoredMessage {
  readonly message_id: string;
  readonly role: "visitor" | "assistant" | "creator";
  readonly text: string;
  readonly created_at: string;
  readonly client_id: string;
  readonly answer_id: string;
  /** The message that an answer belongs to. */
  readonly reply_to: string;
  readonly state: "none" | "pending" | "streaming" | "completed" | "failed";
  readonly citations: readonly Citation[];
  readonly outcome: AnswerCompleted["outcome"] | "";
  readonly model: string;
  readonly code: string;
  readonly rating: FeedbackSend["rating"] | "";
}

/** A page of messages, in the order they were written. */
export interface History {
  readonly items: readonly StoredMessage[];
  readonly next_cursor?: string | null;
}

/** Keeps one visitor session per creator, renews it, and speaks for it with the API. */
export class VisitorSession {
  #session: Session | null = null;
  readonly #name: string;

  constructor(
    private readonly http: Http,
    private readonly shelf: Shelf,
    private readonly creatorId: string,
  ) {
    this.#name = `autosocial:session:${creatorId}`;
  }

  async open(): Promise<Session> {
    return this.#session ?? (this.#session = await this.#enter());
  }

  /** An address to connect to, good for one connection. */
  async socketAddress(): Promise<string> {
    const ticket = await this.#asVisitor((token) =>
      this.http.request<Ticket>("/auth/socket-tickets", token, {}),
    );
    return `${ticket.url}?ticket=${encodeURIComponent(ticket.ticket)}`;
  }

  /** The newest messages, or those that a cursor leads to. */
  async history(cursor = ""): Promise<History> {
    const query = cursor && `?cursor=${encodeURIComponent(cursor)}`;
    return this.#asVisitor((token, { conversation_id }) =>
      this.http.request<History>(`/channels/sessions/${conversation_id}/messages${query}`, token),
    );
  }

  /** Renews the kept session; one that has ended is answered with a new one. */
  async #enter(): Promise<Session> {
    const token = this.shelf.read(this.#name);
    const body = { creator_id: this.creatorId, ...(token && { session_token: token }) };
    const session = await this.http.request<Session>("/channels/sessions", "", body);
    this.shelf.write(this.#name, session.session_token);
    return session;
  }

  /** Does a call; when the session has ended meanwhile, opens one anew and does it once more. */
  async #asVisitor<T>(call: (token: string, session: Session) => Promise<T>): Promise<T> {
    const session = await this.open();
    try {
      return await call(session.session_token, session);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.#session = null;
      const renewed = await this.open();
      return call(renewed.session_token, renewed);
    }
  }
}
