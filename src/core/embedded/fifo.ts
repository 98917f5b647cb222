/** First in, first out, in constant time. */
export class Fifo<Item> {
  #items: Item[] = [];
  #at = 0;

  get length(): number {
    return this.#items.length - this.#at;
  }

  get first(): Item | undefined {
    return this.#items[this.#at];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#at];
    if (this.length === 0) return undefined;
    this.#at++;
    if (this.#at === this.#items.length) {
      this.#items = [];
      this.#at = 0;
    } else if (this.#at >= 1024 && this.#at * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#at);
      this.#at = 0;
    }
    return item;
  }
}
