import type { Actions } from "../store/actions.ts";
import type { Store } from "../store/atom.ts";
import type { Composer } from "../store/composer.ts";
import type { Connection } from "../store/connection.ts";
import type { Profile } from "../store/profile.ts";
import type { Answer, Items } from "../store/transcript.ts";
import type { Citation } from "../protocol.gen.ts";
import type { Strings } from "../text/strings.ts";

/** What every view gets: the stores to show, the things a visitor may do, the words. */
export interface Scene {
  readonly $connection: Store<Connection>;
  readonly $items: Store<Items>;
  readonly $earlier: Store<string>;
  readonly $composer: Store<Composer>;
  readonly $profile: Store<Profile>;
  readonly actions: Actions;
  readonly strings: Strings;
  /** The language of `strings`. */
  readonly language: string;
  /** Seconds from now to a moment, rounded up; 0 when it has passed. */
  readonly secondsUntil: (moment: number) => number;
  readonly later: (ms: number, run: () => void) => void;
  readonly showCitation: (citation: Citation, marker: HTMLElement) => void;
}

export type { Answer, Citation };
