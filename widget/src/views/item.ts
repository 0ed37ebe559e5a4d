/** An entry of the transcript on the page, and the way to bring it up to date. */
export interface ItemView<T> {
  readonly element: HTMLElement;
  update(item: T): void;
}
