/** The listening socket as the Listener actor sees it: opened by its init, closed with its incarnation. */
export interface Listening {
  /** Where it is reached, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting at once; connections that are open stay open. */
  close(): void;
}

export type Listened =
  | { readonly kind: 'listening'; readonly listening: Listening }
  /** The address can't be had: in use, not ours, not allowed. `detail` says so to a person. */
  | { readonly kind: 'refused'; readonly detail: string };

export interface Front {
  listen(): Promise<Listened>;
}
