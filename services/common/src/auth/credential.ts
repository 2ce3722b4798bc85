import { hashKey } from './hash-key.ts';

/** A key or token as presented. Hashed once, however many authenticators look at it. */
export class Credential {
  readonly text: string;
  #digest: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** SHA-256, hexadecimal. */
  get digest(): string {
    this.#digest ??= hashKey(this.text);
    return this.#digest;
  }
}
