/** Clients that keep asking for predictions through the balancer, and note each that was acknowledged. */
export class PredictionLoad {
  readonly acknowledged = new Set<string>();
  failed = 0;
  #stopped = false;
  readonly #done: Promise<unknown>;

  constructor(url: string, key: string, clients = 8) {
    this.#done = Promise.all(Array.from({ length: clients }, () => this.#ask(url, key)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #ask(url: string, key: string): Promise<void> {
    for (let id = 1; !this.#stopped; id = (id % 500) + 1) {
      const body = JSON.stringify({ model: { model_name: 'credit-default' }, client: { id } });
      const headers = { 'content-type': 'application/json', 'x-api-key': key };
      try {
        const answer = await fetch(`${url}/v1/predictions`, { method: 'POST', headers, body });
        const { event_id } = (await answer.json()) as { event_id?: string };
        if (answer.ok && event_id) this.acknowledged.add(event_id);
        else this.failed++;
      } catch {
        this.failed++;
      }
    }
  }
}
