/** What the loader and the panel say to each other. */
export interface Host {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  readonly options: Options;
}

export interface Options {
  readonly creator: string;
  readonly api: string;
  readonly language: string;
}

export interface Panel {
  readonly isOpen: boolean;
  open(): void;
  close(): void;
  /** The element left the page. */
  dispose(): void;
}

export interface PanelModule {
  mount(host: Host): Panel;
}

export function adopt(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
