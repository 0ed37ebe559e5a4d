import { atom } from "./atom.ts";

/** What the creator set for the widget. Themes and the logo find their place here. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly welcome: string;
  readonly language: string;
}

export const createProfile = () => atom<Profile>({ name: "", title: "", welcome: "", language: "" });
